'use client'

import { useId } from 'react'
import { DeviceRow } from './device-row.js'
import { allTexts, type FormTexts, fillIn } from './texts.js'
import { type DeviceActions, useDevices } from './use-devices.js'

export interface SessionsListProps {
  readonly actions: DeviceActions
  /** Signs this very device out; without it its row has no such button. */
  readonly onSignOut?: () => void
  readonly texts?: FormTexts
}

/** Every device that the user is signed in on, this one first, and how to sign them out. */
export function SessionsList({ actions, onSignOut, ...props }: SessionsListProps) {
  const texts = allTexts(props.texts)
  const { devices, problem, ending, load, endOne, endOthers } = useDevices(actions, texts)
  const titleId = useId()
  const others = devices?.filter(({ current }) => !current).length ?? 0
  return (
    <section className="cs-devices" aria-labelledby={titleId} aria-busy={!devices && !problem}>
      <div className="cs-row">
        <h2 id={titleId} className="cs-title">
          {texts.devices}
        </h2>
        {devices && (
          <button
            type="button"
            className="cs-button cs-button-quiet"
            aria-busy={ending === 'others'}
            disabled={others === 0}
            onClick={endOthers}
          >
            <span className="cs-button-label">{othersLabel(others, texts)}</span>
            {ending === 'others' && <span className="cs-spinner" aria-hidden="true" />}
          </button>
        )}
      </div>
      <div className="cs-alert" role="alert">
        {problem}
        {problem && !devices && (
          <>
            {' '}
            <button type="button" className="cs-link-button" onClick={load}>
              {texts.tryAgain}
            </button>
          </>
        )}
      </div>
      {!devices && !problem && (
        <div className="cs-skeleton" role="status">
          <span className="cs-hidden">{texts.devicesLoading}</span>
        </div>
      )}
      <ul>
        {devices?.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            isEnding={ending === device.id}
            onEnd={device.current ? onSignOut : () => void endOne(device.id)}
            texts={texts}
          />
        ))}
      </ul>
    </section>
  )
}

function othersLabel(count: number, texts: ReturnType<typeof allTexts>): string {
  if (count === 0) return texts.noOthers
  return count === 1 ? texts.signOutOther : fillIn(texts.signOutOthers, { count })
}
