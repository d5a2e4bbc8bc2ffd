import {
  ALGORITHMS,
  CLOCK_TOLERANCE_SECONDS,
  currentSeconds,
  decodeRefreshToken,
  parseJsonObject,
  REFRESH_TOKEN_LENGTH,
  REFRESH_TOKEN_PREFIX,
  type RefreshTokenKey,
  TokenError,
  type VerificationKey,
  verifyAccessToken,
  verifyJws,
} from '@countersign/core'

/** What a token says, and whether any of it can be believed. */
export interface Inspection {
  readonly kind: 'access token' | 'JWT' | 'refresh token' | 'no token'
  /** The signature and every rule that could be tried are right. Anything else is only what it says. */
  readonly verified: boolean
  /** Why not, or what was not tried. */
  readonly notes: readonly string[]
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  /** Which key signed it, if that is known. */
  readonly key?: string
}

export interface InspectOptions {
  readonly keys?: readonly VerificationKey[]
  /** Where the keys come from, for people. */
  readonly keysFrom?: string
  readonly issuer?: string | undefined
  readonly audience?: string | undefined
  /** Of a server, for its refresh tokens. */
  readonly refreshKeys?: readonly RefreshTokenKey[]
  /** Current time in seconds. */
  readonly now?: () => number
}

/** A day: how long tokens live is the server's business, and said besides. */
const LONGEST_LIFE = 86_400

/** Explains a token. It is only read: whoever it speaks for learns nothing of it. */
export function inspectToken(text: string, options: InspectOptions = {}): Inspection {
  if (text.startsWith(REFRESH_TOKEN_PREFIX)) return inspectRefreshToken(text, options)
  const [header, claims] = text.split('.').map(objectIn)
  if (!header || !claims || text.split('.').length !== 3) {
    return { kind: 'no token', verified: false, notes: [explainShape(text)] }
  }
  const kind = /^(application\/)?at\+jwt$/i.test(String(header.typ)) ? 'access token' : 'JWT'
  return { kind, header, claims, ...judge(text, header, options) }
}

function judge(
  text: string,
  header: Readonly<Record<string, unknown>>,
  options: InspectOptions,
): Pick<Inspection, 'verified' | 'notes' | 'key'> {
  const { keys = [], keysFrom = 'the keys given', issuer, audience, now } = options
  if (keys.length === 0) {
    return { verified: false, notes: ['there is no key to verify it with: --issuer names one'] }
  }
  try {
    verifyJws(text, { keys, algorithms: ALGORITHMS })
    const key = `${header.kid ?? 'without a name'} of ${keysFrom}`
    const times = { ...(now ? { now } : {}), maxLifetimeSeconds: LONGEST_LIFE }
    const addressees = {
      issuer: issuer ?? ownText(text, 'iss'),
      audience: audience ?? ownText(text, 'aud'),
    }
    try {
      verifyAccessToken(text, { keys, algorithms: ALGORITHMS, ...addressees, ...times })
    } catch (error) {
      if (!(error instanceof TokenError)) throw error
      return { verified: false, notes: [`the signature is right, but ${error.message}`], key }
    }
    const notes = [
      ...(issuer === undefined ? ['the issuer was not compared: --issuer'] : []),
      ...(audience === undefined ? ['the audience was not compared: --audience'] : []),
    ]
    return { verified: true, notes, key }
  } catch (error) {
    if (error instanceof TokenError) return { verified: false, notes: [error.message] }
    throw error
  }
}

/** Its own word, where there is none to compare it with. */
function ownText(text: string, claim: string): string {
  const [value] = [objectIn(text.split('.')[1] ?? '')?.[claim]].flat()
  return typeof value === 'string' ? value : ''
}

function inspectRefreshToken(text: string, { refreshKeys = [] }: InspectOptions): Inspection {
  const kind = 'refresh token'
  const about = 'it opens the account: end its session if somebody else has seen it'
  if (text.length !== REFRESH_TOKEN_LENGTH) {
    const notes = [`a refresh token has ${REFRESH_TOKEN_LENGTH} characters, not ${text.length}`]
    return { kind, verified: false, notes }
  }
  const token = decodeRefreshToken(text, refreshKeys)
  if (token) {
    const { sessionId, generation } = token
    const notes = [about, 'whether the session lives, only "sessions list" tells']
    return { kind, verified: true, notes, claims: { sessionId, generation } }
  }
  const why =
    refreshKeys.length > 0
      ? 'no key of COUNTERSIGN_SECRET made it'
      : 'COUNTERSIGN_SECRET would tell more'
  return { kind, verified: false, notes: [about, why] }
}

function objectIn(segment: string): Readonly<Record<string, unknown>> | undefined {
  return parseJsonObject(Buffer.from(segment, 'base64url'))
}

function explainShape(text: string): string {
  const parts = text.split('.').length
  if (text === '') return 'nothing was given'
  if (parts === 5) return 'five segments: it is encrypted (JWE), which only its recipient can read'
  return parts === 3 ? 'its segments are not JSON in base64url' : `${parts} segments, not three`
}

/** Times of a token in words, since nobody reads seconds. */
export function timesOf(
  claims: Readonly<Record<string, unknown>>,
  now: number = currentSeconds(),
): readonly string[] {
  const { iat, nbf, exp } = claims
  const at = (seconds: unknown) => (typeof seconds === 'number' ? seconds : undefined)
  const [issued, from, until] = [at(iat), at(nbf), at(exp)]
  return [
    ...(issued === undefined ? [] : [`issued ${ago(now - issued)}`]),
    ...(from !== undefined && from > now ? [`not valid for another ${span(from - now)}`] : []),
    ...(until === undefined ? ['never expires: no exp'] : [ending(until - now)]),
    ...(issued === undefined || until === undefined ? [] : [`lives ${span(until - issued)}`]),
    ...(issued !== undefined && issued > now + CLOCK_TOLERANCE_SECONDS
      ? ['comes from the future: compare the clocks']
      : []),
  ]
}

const ago = (seconds: number) => (seconds < 0 ? `in ${span(-seconds)}` : `${span(seconds)} ago`)
const ending = (seconds: number) =>
  seconds > 0 ? `expires in ${span(seconds)}` : `expired ${span(-seconds)} ago`

function span(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const
  const [name, size] = units.find(([, length]) => seconds >= length) ?? (['second', 1] as const)
  const count = Math.floor(seconds / size)
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
