import type { AuditLine } from '../lib/admin'
import { ExactTime } from './exact-time'

/** Lines of the audit log: when, what, whom, by whom, from where. */
export function AuditLines({ events }: { events: readonly AuditLine[] }) {
  if (events.length === 0) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard (axe: scrollable-region-focusable)
    <section className="table-frame" aria-label="Audit log" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Event</th>
            <th scope="col">Whom</th>
            <th scope="col">By</th>
            <th scope="col">Address</th>
            <th scope="col">More</th>
          </tr>
        </thead>
        <tbody>
          {events.map((line) => (
            <tr key={line.id}>
              <td>
                <ExactTime at={line.at} />
              </td>
              <td>{line.event}</td>
              <td>{line.userEmail ?? line.userId}</td>
              <td>{line.actorEmail ?? line.actorId}</td>
              <td>{line.ip}</td>
              <td>{inWords(line.detail)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function inWords(detail: AuditLine['detail']): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}
