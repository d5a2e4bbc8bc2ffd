interface RememberFieldProps {
  readonly label: string
}

/** Whether the sign-in outlives the browser; on a shared computer it should not. */
export function RememberField({ label }: RememberFieldProps) {
  return (
    <label className="cs-choice">
      <input type="checkbox" name="remember" value="yes" defaultChecked />
      {label}
    </label>
  )
}
