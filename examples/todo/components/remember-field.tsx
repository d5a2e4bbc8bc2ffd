/** Whether the sign-in outlives the browser; on a shared computer it should not. */
export function RememberField() {
  return (
    <label className="choice">
      <input type="checkbox" name="remember" value="yes" defaultChecked />
      Keep me signed in on this device
    </label>
  )
}
