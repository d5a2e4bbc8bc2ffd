import { RULES, type Rule } from './rules.js'

export type Level = 'ok' | 'warn' | 'fail' | 'skip'

/** What became of a rule, and the reason where it is not `ok`. */
export interface Outcome {
  readonly level: Level
  readonly detail?: string
}

/** A rule of one part of a set-up, as it was found. */
export interface Finding extends Outcome {
  readonly part: string
  readonly rule: Rule
  /** The promise, which holds if the level is `ok`. */
  readonly promise: string
}

export const ok = (detail?: string): Outcome => ({ level: 'ok', ...(detail ? { detail } : {}) })
export const warn = (detail: string): Outcome => ({ level: 'warn', detail })
export const fail = (detail: string): Outcome => ({ level: 'fail', detail })
export const skip = (detail: string): Outcome => ({ level: 'skip', detail })

/** One rule and how to try it. */
export type Probe<Subject> = readonly [Rule, (subject: Subject) => Outcome | Promise<Outcome>]

export interface Probing {
  readonly part: string
  /** Rules that are not tried. */
  readonly without: ReadonlySet<Rule>
  /** Told of each finding when it is made. */
  readonly onFinding?: ((finding: Finding) => void) | undefined
}

/** Tries rules one after the other: some of them end what the next would need. */
export async function probe<Subject>(
  subject: Subject,
  probes: readonly Probe<Subject>[],
  { part, without, onFinding }: Probing,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [rule, run] of probes) {
    const outcome = without.has(rule) ? skip('left out on demand') : await outcomeOf(run, subject)
    const finding = { part, rule, promise: RULES[rule], ...outcome }
    findings.push(finding)
    onFinding?.(finding)
  }
  return findings
}

/** No answer is a finding too. */
async function outcomeOf<Subject>(run: Probe<Subject>[1], subject: Subject): Promise<Outcome> {
  try {
    return await run(subject)
  } catch (error) {
    if (error instanceof NoAnswer) return fail(error.message)
    throw error
  }
}

/** Nothing came back: no connection, no end, or not HTTP. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** The worst of several outcomes; reasons of the same level are joined. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  for (const level of ['fail', 'warn', 'skip'] as const) {
    const details = outcomes.filter((one) => one.level === level).map(({ detail }) => detail)
    if (details.length > 0) return { level, detail: [...new Set(details)].join('; ') }
  }
  return outcomes[0] ?? ok()
}
