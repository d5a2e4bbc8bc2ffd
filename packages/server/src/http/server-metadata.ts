import { CLIENT_SCOPES, TOKEN_EXCHANGE_GRANT } from '@countersign/core'
import type { Services } from './services.js'

const SECRET_METHODS = ['client_secret_basic', 'client_secret_post'] as const

/**
 * RFC 8414 section 2. It names only what this server answers, and nothing that would be an empty
 * list (section 3.2). There is no authorization endpoint, so that `none` is the one response type.
 */
export function serverMetadata({ options, keys }: Pick<Services, 'options' | 'keys'>) {
  const { issuer, algorithm } = options
  const sharedKids = keys.verification.flatMap((key) => (key.algorithm === 'HS256' ? key.kid : []))
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    token_endpoint: `${issuer}/token`,
    token_endpoint_auth_methods_supported: [...SECRET_METHODS, 'none'],
    introspection_endpoint: `${issuer}/introspect`,
    introspection_endpoint_auth_methods_supported: SECRET_METHODS,
    revocation_endpoint: `${issuer}/revoke`,
    revocation_endpoint_auth_methods_supported: [...SECRET_METHODS, 'none'],
    revocation_feed_uri: `${issuer}/revocations`,
    grant_types_supported: ['refresh_token', TOKEN_EXCHANGE_GRANT],
    response_types_supported: ['none'],
    scopes_supported: CLIENT_SCOPES,
    access_token_signing_alg_values_supported: [algorithm],
    service_documentation: `${issuer}/openapi.json`,
    ...(sharedKids.length > 0 ? { countersign_hs256_kids: sharedKids } : {}),
  }
}
