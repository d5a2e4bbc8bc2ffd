import {
  ACCESS_TOKEN_TOKEN_TYPE,
  ASSERTION_LIFETIME_SECONDS,
  CLOCK_TOLERANCE_SECONDS,
  type ClientAssertion,
  JWT_TOKEN_TYPE,
  type SocialError,
  TokenError,
} from '@countersign/core'
import { SocialFailure } from '../../social/social-failure.js'
import { signInPerson } from '../sign-in-person.js'
import type { PresentClient } from './authenticate-client.js'
import { type Form, requiredParameter } from './form-body.js'
import { signInAnswer } from './oauth-answer.js'
import type { OAuthEndpoint } from './oauth-app.js'
import { OAuthError } from './oauth-error.js'
import { sessionTokens } from './session-tokens.js'

/** An assertion may come from a clock that is ahead, and may not outlive what is remembered of it. */
const REMEMBERED_SECONDS = 2 * (ASSERTION_LIFETIME_SECONDS + CLOCK_TOLERANCE_SECONDS)

/** What nothing of ours takes: it would ask for less or for more than a session (RFC 8693 s2.1). */
const UNSUPPORTED = ['resource', 'audience', 'actor_token', 'actor_token_type']

/**
 * A confidential client signs a person in whom a provider has shown it (RFC 8693). Its assertion is
 * used up by the first who comes with it.
 */
export const exchangeAssertion: OAuthEndpoint = async (form, client, services, caller) => {
  assertMayExchange(client)
  const person = readAssertion(form, client, services.options.issuer)
  const name = `${client.id} ${person.id}`
  const isFirst = await services.oneTime.remember('assertion', name, REMEMBERED_SECONDS)
  if (!isFirst) throw refused('it was used before')
  const live = await signInPerson(services, caller, { person, remember: true }).catch(asRefusal)
  const tokens = sessionTokens(live, services)
  return signInAnswer(live, { ...tokens, issued_token_type: ACCESS_TOKEN_TOKEN_TYPE })
}

function assertMayExchange({ readAssertion, scopes }: PresentClient): void {
  if (!readAssertion) throw new OAuthError('invalid_client')
  if (scopes.includes('tokens:exchange')) return
  throw new OAuthError('insufficient_scope', { description: 'it needs tokens:exchange' })
}

/** What is wrong with the request is `invalid_request`, also of its token (RFC 8693 s2.2.2). */
function readAssertion(form: Form, client: PresentClient, issuer: string): ClientAssertion {
  const token = requiredParameter(form, 'subject_token')
  if (requiredParameter(form, 'subject_token_type') !== JWT_TOKEN_TYPE) {
    throw malformed(`subject_token_type must be ${JWT_TOKEN_TYPE}`)
  }
  const asked = form.get('requested_token_type') ?? ACCESS_TOKEN_TOKEN_TYPE
  if (asked !== ACCESS_TOKEN_TOKEN_TYPE) {
    throw malformed(`requested_token_type can only be ${ACCESS_TOKEN_TOKEN_TYPE}`)
  }
  if (form.has('scope')) {
    throw new OAuthError('invalid_scope', { description: 'sessions have no scopes' })
  }
  const extra = UNSUPPORTED.find((name) => form.has(name))
  if (extra) throw malformed(`${extra} is not supported`)
  return verified(() => client.readAssertion?.(token, issuer))
}

function verified(read: () => ClientAssertion | undefined): ClientAssertion {
  try {
    const assertion = read()
    if (assertion) return assertion
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw refused(`the assertion is refused by the rule "${error.rule}"`)
  }
  throw new OAuthError('invalid_client')
}

function asRefusal(error: unknown): never {
  if (!(error instanceof SocialFailure)) throw error
  const { reason, step } = error
  const description = 'nobody can be signed in'
  throw new OAuthError('invalid_grant', { description, reason, extensions: step && { ...step } })
}

function refused(description: string, reason?: SocialError): OAuthError {
  return new OAuthError('invalid_grant', { description, reason })
}

function malformed(description: string): OAuthError {
  return new OAuthError('invalid_request', { description })
}
