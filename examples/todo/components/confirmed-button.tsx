'use client'

import { useEffect, useRef, useState } from 'react'

interface ConfirmedButtonProps {
  readonly label: string
  /** Names what will happen, and to whom. */
  readonly question: string
  readonly onConfirm: () => Promise<unknown>
}

/** For what cannot be undone: a second press, on a button that says what will happen. */
export function ConfirmedButton({ label, question, onConfirm }: ConfirmedButtonProps) {
  const [isAsking, setIsAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const confirm = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isAsking) confirm.current?.focus()
  }, [isAsking])

  if (!isAsking) {
    return (
      <button type="button" className="button button-quiet" onClick={() => setIsAsking(true)}>
        {label}
      </button>
    )
  }
  const onClick = async () => {
    if (busy) return
    setBusy(true)
    await onConfirm()
    setBusy(false)
    setIsAsking(false)
  }
  return (
    <span className="confirm">
      <button
        ref={confirm}
        type="button"
        className="button button-danger"
        aria-busy={busy}
        onClick={onClick}
      >
        {question}
      </button>
      <button type="button" className="button button-quiet" onClick={() => setIsAsking(false)}>
        Cancel
      </button>
    </span>
  )
}
