import type { Device } from '../lib/device'
import { deviceName, isHandheld } from '../lib/device-name'
import { relativeTime } from '../lib/relative-time'
import { Icon } from './icon'

interface DeviceRowProps {
  readonly device: Device
  readonly isEnding: boolean
  readonly onEnd: () => void
}

/** One device: what it is, when it was last there, and how to sign it out. */
export function DeviceRow({ device, isEnding, onEnd }: DeviceRowProps) {
  const { current, userAgent, ip, lastSeenAt } = device
  const name = deviceName(userAgent)
  const lastSeen = new Date(lastSeenAt)
  return (
    <li className="device">
      <Icon name={isHandheld(userAgent) ? 'phone' : 'desktop'} />
      <div className="device-text">
        <p className="device-name">
          {name} {current && <span className="badge">This device</span>}
        </p>
        <p className="device-seen">
          <time dateTime={lastSeenAt} title={lastSeen.toLocaleString()}>
            {current ? 'Active now' : `Last active ${relativeTime(lastSeen.getTime(), Date.now())}`}
          </time>
          {ip && <span className="device-ip">{ip}</span>}
        </p>
      </div>
      {!current && (
        <button
          type="button"
          className="button button-quiet"
          aria-label={`Sign out ${name}`}
          aria-busy={isEnding}
          aria-disabled={isEnding || undefined}
          onClick={onEnd}
        >
          <span className="button-label">Sign out</span>
          {isEnding && <span className="spinner" aria-hidden="true" />}
        </button>
      )}
    </li>
  )
}
