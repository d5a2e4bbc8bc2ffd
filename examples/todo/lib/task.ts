/** A task as the API answers it. Instants are ISO 8601. */
export interface Task {
  readonly id: string
  readonly title: string
  readonly done: boolean
  readonly createdAt: string
  readonly updatedAt: string
}

/** How many tasks a user has, over all pages. */
export interface TaskCounts {
  readonly open: number
  readonly done: number
  readonly total: number
}

/** One page of the list, newest first. */
export interface TaskPage {
  readonly tasks: readonly Task[]
  readonly nextCursor: string | null
  readonly counts: TaskCounts
}

/** What can be changed of a task. */
export interface TaskChange {
  readonly title?: string
  readonly done?: boolean
}

/** Longest title that the API takes. */
export const MAX_TITLE_LENGTH = 200
