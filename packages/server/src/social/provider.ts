import type { SocialPerson } from './social-accounts.js'

/** What a sign-in with a provider begins with. */
export interface SignInStart {
  /** Our callback for this provider. */
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  /** S256 of the verifier (RFC 7636). */
  readonly codeChallenge: string
}

/** What its answer must fit. */
export interface SignInEnd {
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/** Somebody who knows people: an OpenID provider, or GitHub. */
export interface Provider {
  /** The name in our paths, and of accounts in the database. */
  readonly id: string
  /** What its button says. */
  readonly name: string
  /** Where the browser goes. @throws SocialFailure `temporarily_unavailable` */
  authorizationUrl(start: SignInStart): Promise<URL>
  /** Whom the parameters of a callback stand for. @throws SocialFailure */
  identify(answer: URLSearchParams, end: SignInEnd): Promise<SocialPerson>
}
