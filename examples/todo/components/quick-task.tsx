import { MAX_TITLE_LENGTH } from '../lib/task'

interface QuickTaskProps {
  readonly action: (form: FormData) => Promise<void>
}

/** One line to write down in passing. It needs no script: the form is sent to a server action. */
export function QuickTask({ action }: QuickTaskProps) {
  return (
    <form className="sheet add-task" action={action}>
      <label className="visually-hidden" htmlFor="quick-task">
        Quick task
      </label>
      <input
        id="quick-task"
        name="title"
        type="text"
        placeholder="Write a task"
        autoComplete="off"
        enterKeyHint="done"
        required
        maxLength={MAX_TITLE_LENGTH}
      />
      <button type="submit" className="button">
        Add
      </button>
    </form>
  )
}
