import type { Devices } from '../hooks/use-devices'
import { DeviceRow } from './device-row'

/** Every device the user is signed in on. */
export function DeviceSheet({ devices, problem, ending, load, endOne, endOthers }: Devices) {
  const others = devices?.filter((device) => !device.current).length ?? 0
  return (
    <section
      className="sheet devices"
      aria-labelledby="devices-title"
      aria-busy={!devices && !problem}
    >
      <div className="devices-head">
        <h2 id="devices-title">Devices</h2>
        {devices && (
          <button
            type="button"
            className="button button-quiet"
            aria-busy={ending === 'others'}
            disabled={others === 0}
            onClick={endOthers}
          >
            <span className="button-label">
              {others === 0
                ? 'No other devices'
                : `Sign out ${others} other${others > 1 ? 's' : ''}`}
            </span>
            {ending === 'others' && <span className="spinner" aria-hidden="true" />}
          </button>
        )}
      </div>
      {problem && (
        <p className="devices-problem" role="alert">
          {problem}{' '}
          {!devices && (
            <button type="button" className="link-button" onClick={load}>
              Try again
            </button>
          )}
        </p>
      )}
      {!devices && !problem && <DevicesLoading />}
      <ul>
        {devices?.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            isEnding={ending === device.id}
            onEnd={() => endOne(device.id)}
          />
        ))}
      </ul>
    </section>
  )
}

function DevicesLoading() {
  return (
    <div className="skeleton-lines" role="status">
      <span className="visually-hidden">Loading your devices</span>
    </div>
  )
}
