import { useState } from 'react'
import { Panel } from './panel.js'
import type { allTexts } from './texts.js'

interface RecoveryCodesProps {
  readonly codes: readonly string[]
  readonly texts: ReturnType<typeof allTexts>
  readonly onDone: () => void
}

/** Recovery codes, shown once: gone when their owner says to have kept them. */
export function RecoveryCodes({ codes, texts, onDone }: RecoveryCodesProps) {
  const [isKept, setIsKept] = useState(false)
  const [isCopied, setIsCopied] = useState(false)
  const all = codes.join('\n')
  const copy = () =>
    navigator.clipboard.writeText(all).then(
      () => setIsCopied(true),
      () => setIsCopied(false),
    )
  return (
    <Panel title={texts.codesTitle}>
      <p>{texts.codesNote}</p>
      <ul className="cs-codes" dir="ltr">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="cs-row cs-row-start">
        <button type="button" className="cs-button cs-button-quiet" onClick={copy}>
          <span className="cs-button-label">{texts.codesCopy}</span>
        </button>
        <a
          className="cs-button cs-button-quiet"
          download="recovery-codes.txt"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${all}\n`)}`}
        >
          {texts.codesDownload}
        </a>
        <button type="button" className="cs-button cs-button-quiet" onClick={() => window.print()}>
          <span className="cs-button-label">{texts.codesPrint}</span>
        </button>
        <span role="status">{isCopied && texts.codesCopied}</span>
      </div>
      <label className="cs-choice">
        <input
          type="checkbox"
          checked={isKept}
          onChange={(event) => setIsKept(event.currentTarget.checked)}
        />
        {texts.codesKept}
      </label>
      <button type="button" className="cs-button" disabled={!isKept} onClick={onDone}>
        <span className="cs-button-label">{texts.codesDone}</span>
      </button>
    </Panel>
  )
}
