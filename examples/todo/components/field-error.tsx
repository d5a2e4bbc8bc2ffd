/** The line under a field for what is wrong with it; there from the start, so nothing jumps. */
export function FieldError({ id, error }: { id: string; error: string | undefined }) {
  return (
    <p className="field-error" id={id} aria-live="polite">
      {error}
    </p>
  )
}
