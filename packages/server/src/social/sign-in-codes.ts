import { createHash, timingSafeEqual } from 'node:crypto'
import type { OneTimeValues } from '../one-time/one-time-values.js'

const PURPOSE = 'social_code'
const CODE_SECONDS = 60

/** S256 in base64url, and what it is made of (RFC 7636 section 4). */
const CHALLENGE = /^[\w-]{43}$/
const VERIFIER = /^[\w.~-]{43,128}$/

/** A person whom a provider has shown, for the web server that asked. */
export interface CodeGrant {
  readonly userId: string
  readonly provider: string
  readonly clientId: string
  readonly remember: boolean
  readonly isNew: boolean
}

/** Codes that bring a sign-in to another origin: each once, within a minute, and with its proof. */
export type SignInCodes = ReturnType<typeof createSignInCodes>

export function createSignInCodes(oneTime: OneTimeValues) {
  return {
    issue: (grant: CodeGrant, codeChallenge: string): Promise<string> =>
      oneTime.issue(PURPOSE, {
        userId: grant.userId,
        payload: { ...grant, codeChallenge },
        seconds: CODE_SECONDS,
      }),

    /** Uses a code up, also if the client is another one or the verifier does not fit. */
    async redeem(
      code: string,
      proof: { readonly clientId: string; readonly codeVerifier: string },
    ): Promise<CodeGrant | undefined> {
      const taken = await oneTime.take<CodeGrant & { codeChallenge: string }>(PURPOSE, code)
      if (!taken || taken.payload.clientId !== proof.clientId) return undefined
      return isProof(proof.codeVerifier, taken.payload.codeChallenge) ? taken.payload : undefined
    },
  }
}

/** Whether a text can be an S256 challenge. */
export function isCodeChallenge(text: string): boolean {
  return CHALLENGE.test(text)
}

function isProof(verifier: string, challenge: string): boolean {
  if (!VERIFIER.test(verifier)) return false
  const made = Buffer.from(createHash('sha256').update(verifier).digest('base64url'))
  const expected = Buffer.from(challenge)
  return made.length === expected.length && timingSafeEqual(made, expected)
}
