import type { Finding, Level } from '../conformance/findings.js'
import { print } from './print.js'

const MARKS: Record<Level, string> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL', skip: 'skip' }

/** One line of a report. */
function findingLine({ level, rule, promise, detail }: Finding): string {
  const said = level === 'ok' || level === 'skip' ? promise : `${rule}: ${detail}`
  const note = (level === 'ok' || level === 'skip') && detail ? ` (${detail})` : ''
  return `  ${MARKS[level]}  ${said}${note}`
}

/** Says that long work is no hang, to whoever looks. */
export function announceWait(slow: boolean | undefined): void {
  if (!slow || !process.stderr.isTTY) return
  process.stderr.write(
    'Waits until tokens rotate twice: about a minute, or as long as the server says.\n',
  )
}

/** Writes findings as they are made, under the heading of their part. For people; nothing for `json`. */
export function liveReport(json: boolean | undefined): ((finding: Finding) => void) | undefined {
  if (json) return undefined
  let part: string | undefined
  return (finding) => {
    if (finding.part !== part) process.stdout.write(`${finding.part}\n`)
    part = finding.part
    process.stdout.write(`${findingLine(finding)}\n`)
  }
}

/** What it came to: the last line for people, everything for programs. */
export function conclude(json: boolean | undefined, findings: readonly Finding[]): void {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length
  const [fail, warn, skip, ok] = [count('fail'), count('warn'), count('skip'), count('ok')]
  const sum = `${ok} hold, ${fail} do not, ${warn} with a warning, ${skip} not tried`
  print(json, { ok: fail === 0, counts: { ok, warn, fail, skip }, findings }, `\n${sum}`)
}
