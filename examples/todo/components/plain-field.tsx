import { type InputHTMLAttributes, useId } from 'react'

interface PlainFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  readonly name: string
  readonly label: string
}

/** A field whose errors the form tells. */
export function PlainField({ label, ...input }: PlainFieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input key={String(input.defaultValue ?? '')} {...input} id={id} />
    </div>
  )
}
