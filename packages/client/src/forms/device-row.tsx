import { deviceName, isHandheld } from './device-name.js'
import type { SignedInDevice } from './form-actions.js'
import { relativeTime } from './relative-time.js'
import { type allTexts, fillIn } from './texts.js'

interface DeviceRowProps {
  readonly device: SignedInDevice
  readonly isEnding: boolean
  /** Left out for a device that is signed out elsewhere: the one of this page. */
  readonly onEnd?: (() => void) | undefined
  readonly texts: ReturnType<typeof allTexts>
}

const PHONE = 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM11 18h2'
const DESKTOP = 'M3 5h18v11H3zM9 20h6M12 16v4'

/** One device: what it is, when it was last there, and how to sign it out. */
export function DeviceRow({ device, isEnding, onEnd, texts }: DeviceRowProps) {
  const { current, userAgent, ip, place, lastSeenAt } = device
  const name = deviceName(userAgent, texts)
  const lastSeen = new Date(lastSeenAt)
  const when = relativeTime(lastSeen.getTime(), Date.now(), document.documentElement.lang)
  return (
    <li className="cs-device">
      <svg className="cs-icon" viewBox="0 0 24 24" aria-hidden="true">
        <path d={isHandheld(userAgent) ? PHONE : DESKTOP} />
      </svg>
      <div className="cs-device-text">
        <p className="cs-device-name">
          {name} {current && <span className="cs-badge">{texts.thisDevice}</span>}
        </p>
        <p className="cs-note">
          <time dateTime={lastSeenAt} title={lastSeen.toLocaleString()}>
            {current ? texts.activeNow : fillIn(texts.lastActive, { when })}
          </time>{' '}
          {(place || ip) && <bdi>{place ?? ip}</bdi>}
        </p>
      </div>
      {onEnd && (
        <button
          type="button"
          className="cs-button cs-button-quiet"
          aria-label={fillIn(texts.signOutNamed, { device: name })}
          aria-busy={isEnding}
          aria-disabled={isEnding || undefined}
          onClick={onEnd}
        >
          <span className="cs-button-label">{texts.signOutDevice}</span>
          {isEnding && <span className="cs-spinner" aria-hidden="true" />}
        </button>
      )}
    </li>
  )
}
