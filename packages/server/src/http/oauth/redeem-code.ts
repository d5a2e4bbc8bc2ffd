import { SocialFailure } from '../../social/social-failure.js'
import { auditFailure } from '../sign-in-person.js'
import { beginSocialSession } from '../social-session.js'
import { requiredParameter } from './form-body.js'
import { signInAnswer } from './oauth-answer.js'
import type { OAuthEndpoint } from './oauth-app.js'
import { OAuthError } from './oauth-error.js'
import { sessionTokens } from './session-tokens.js'

/**
 * A web server redeems the code that a browser brought back from a provider (RFC 6749 section 4.1.3,
 * RFC 7636). The verifier comes from a cookie of that browser, so that nobody else's code signs it in.
 */
export const redeemCode: OAuthEndpoint = async (form, client, services, caller) => {
  const code = requiredParameter(form, 'code')
  const codeVerifier = requiredParameter(form, 'code_verifier')
  const grant = await services.signInCodes.redeem(code, { clientId: client.id, codeVerifier })
  if (!grant) throw new OAuthError('invalid_grant')
  try {
    const live = await auditFailure(services, caller, grant.provider, () =>
      beginSocialSession(services, caller, grant),
    )
    return signInAnswer(live, { ...sessionTokens(live, services), remember: grant.remember })
  } catch (error) {
    if (!(error instanceof SocialFailure)) throw error
    const { reason, step } = error
    const extensions = step && { ...step, remember: grant.remember }
    throw new OAuthError('invalid_grant', { reason, extensions })
  }
}
