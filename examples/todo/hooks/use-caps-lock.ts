import { type KeyboardEvent, useState } from 'react'

/** Whether Caps Lock is on while a field is typed in; forgotten when the field is left. */
export function useCapsLock() {
  const [isOn, setIsOn] = useState(false)
  // Filling in by a password manager sends key events that know no modifier.
  const read = (event: KeyboardEvent) => setIsOn(event.getModifierState?.('CapsLock') ?? false)
  return { isOn, handlers: { onKeyDown: read, onKeyUp: read, onBlur: () => setIsOn(false) } }
}
