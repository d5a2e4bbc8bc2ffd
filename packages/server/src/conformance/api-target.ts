import type { Jwk, SigningKey } from '@countersign/core'
import { currentSeconds } from '@countersign/core'
import { type Answer, ask, askWith } from './ask.js'
import { type Forgery, forgeriesOf } from './forged-tokens.js'
import { fresh, misfitsOf, signedWith } from './misfit-tokens.js'

/** What is known of an API before it is asked anything. */
export interface ApiSubject {
  /** A route that answers GET to whoever is signed in. */
  readonly url: string
  /** A token that it should accept. */
  readonly genuine?: string | undefined
  /** Signs what only claims can refuse; the same key that the issuer signs with. */
  readonly key?: SigningKey | undefined
  /** Keys that no longer sign. */
  readonly oldKeys: readonly SigningKey[]
  readonly issuer?: string | undefined
  readonly audience?: string | undefined
  /** The published keys. */
  readonly jwks: readonly Jwk[]
  /** Claims of a genuine token. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** What else it may have been configured with, to name what is wrong. */
  readonly suspects: {
    readonly issuers: readonly string[]
    readonly audiences: readonly string[]
    /** Name and key. */
    readonly secrets: readonly (readonly [string, SigningKey])[]
  }
}

export interface ApiTarget extends ApiSubject {
  readonly claims: Readonly<Record<string, unknown>>
  readonly forgeries: readonly Forgery[]
  /** Its answers to nobody, and to a genuine token. */
  readonly toNobody: Answer
  readonly toGenuine: Answer | undefined
  send(token: string): Promise<Answer>
}

/**
 * Asks an API for the first time.
 * @throws NoAnswer
 */
export async function meetApi(subject: ApiSubject): Promise<ApiTarget> {
  const claims = { ...madeUp(subject), ...subject.claims }
  const { url, key } = subject
  const genuine = subject.genuine ?? (key && signedWith(key, fresh(claims)))
  const sample = genuine ?? unsigned(claims)
  const misfits = key ? misfitsOf(claims, key) : []
  const old = subject.oldKeys.map(
    (former): Forgery => ({
      rule: 'old_key',
      what: `key ${former.kid.slice(0, 8)}…`,
      token: signedWith(former, fresh(claims)),
    }),
  )
  return {
    ...subject,
    genuine,
    claims,
    forgeries: [...forgeriesOf(sample, subject.jwks), ...misfits, ...old],
    toNobody: await ask(url),
    toGenuine: genuine === undefined ? undefined : await askWith(genuine, url),
    send: (token) => askWith(token, url),
  }
}

/** Claims of nobody, for a token that only its key and addressees make genuine. */
function madeUp({ issuer = 'https://auth.example', audience = 'api' }: ApiSubject) {
  const iat = currentSeconds()
  return {
    iss: issuer,
    aud: audience,
    sub: 'countersign-check',
    client_id: 'countersign-check',
    sid: 'countersign-check',
    jti: `countersign-check-${iat}`,
    iat,
    exp: iat + 300,
    email: 'check@example.invalid',
    role: 'user',
    ver: 1,
  }
}

/** Looks like a token, and is none. */
function unsigned(claims: Readonly<Record<string, unknown>>): string {
  const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = { alg: 'EdDSA', kid: 'check', typ: 'at+jwt' }
  return `${segment(header)}.${segment(claims)}.${Buffer.alloc(64, 7).toString('base64url')}`
}
