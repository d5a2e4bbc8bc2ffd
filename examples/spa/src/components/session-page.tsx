import { AccessTokenEnd } from '../../../todo/components/access-token-end'
import { DeviceSheet } from '../../../todo/components/device-sheet'
import { LocalTime } from '../../../todo/components/local-time'
import { SignedInPerson } from '../../../todo/components/signed-in-person'
import { useDevices } from '../../../todo/hooks/use-devices'

/** Who is signed in, until when, and on which devices. */
export function SessionPage() {
  const state = useDevices()
  const here = state.devices?.find((device) => device.current)
  return (
    <>
      <div className="page-title">
        <h1>Session</h1>
        <p className="task-count">Who you are here, and where else</p>
      </div>
      <section className="sheet facts" aria-label="Your account">
        <SignedInPerson />
        <dl>
          <div>
            <dt>Signed in until</dt>
            <dd>{here ? <LocalTime seconds={Date.parse(here.expiresAt) / 1000} /> : '…'}</dd>
            <dd className="facts-note">
              {here?.remember === false
                ? 'Earlier if you close the browser'
                : 'Earlier if you stay away for long'}
            </dd>
          </div>
          <div>
            <dt>Access token valid until</dt>
            <dd>
              <AccessTokenEnd />
            </dd>
            <dd className="facts-note">In memory only, renewed by itself</dd>
          </div>
        </dl>
      </section>
      <DeviceSheet {...state} />
    </>
  )
}
