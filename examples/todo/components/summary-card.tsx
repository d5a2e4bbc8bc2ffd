'use client'

import { useSummary } from '../hooks/use-summary'
import type { TaskCounts } from '../lib/task'
import { Icon } from './icon'

/** How many tasks are open and done, with a button that counts again. */
export function SummaryCard({ initial }: { initial: TaskCounts | null }) {
  const { counts, busy, failed, refresh } = useSummary(initial)
  return (
    <section className="sheet overview-card summary" aria-labelledby="summary-title">
      <div className="card-head">
        <h2 id="summary-title">Progress</h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Count again"
          aria-busy={busy}
          onClick={refresh}
        >
          <Icon name="refresh" />
        </button>
      </div>
      {counts ? <Progress counts={counts} /> : <p>Your tasks could not be counted.</p>}
      <p className="card-problem" role="alert">
        {failed && 'These numbers may be old: the last count failed.'}
      </p>
    </section>
  )
}

function Progress({ counts: { open, done, total } }: { counts: TaskCounts }) {
  const percent = total === 0 ? 0 : Math.round((done / total) * 100)
  return (
    <div className="progress">
      <svg viewBox="0 0 100 100" role="img" aria-label={`${percent} percent signed off`}>
        <circle className="ring" cx="50" cy="50" r="42" />
        <circle
          className="ring ring-done"
          cx="50"
          cy="50"
          r="42"
          pathLength="100"
          strokeDasharray={`${percent} 100`}
          transform="rotate(-90 50 50)"
        />
        <text x="50" y="50">
          {percent}%
        </text>
      </svg>
      <dl aria-live="polite">
        <div>
          <dt>To go</dt>
          <dd data-part="open">{open}</dd>
        </div>
        <div>
          <dt>Signed off</dt>
          <dd data-part="done">{done}</dd>
        </div>
        <div>
          <dt>In all</dt>
          <dd data-part="total">{total}</dd>
        </div>
      </dl>
    </div>
  )
}
