import type { Environment } from '../environment.js'
import type { OutgoingAddresses } from '../outgoing/outgoing-fetch.js'
import type { SocialProviderOptions } from './provider-options.js'

interface SocialVariables {
  readonly socialProviders?: readonly SocialProviderOptions[]
  readonly outgoingAddresses?: OutgoingAddresses
}

/**
 * The providers that variables name, Google first.
 * @throws TypeError that names the variable and the rule, never the value
 */
export function socialFromEnvironment(env: Environment): SocialVariables {
  const all = [readGoogle(env), readGithub(env), readOpenid(env)]
  const providers = all.filter((provider) => provider !== undefined)
  const addresses = readAddresses(env)
  return {
    ...(providers.length > 0 ? { socialProviders: providers } : {}),
    ...(addresses ? { outgoingAddresses: addresses } : {}),
  }
}

function readGoogle(env: Environment): SocialProviderOptions | undefined {
  const credential = readCredential(env, 'GOOGLE')
  return (
    credential && {
      id: 'google',
      ...credential,
      issuer: env.COUNTERSIGN_GOOGLE_ISSUER || undefined,
    }
  )
}

function readGithub(env: Environment): SocialProviderOptions | undefined {
  const credential = readCredential(env, 'GITHUB')
  return credential && { id: 'github', ...credential, url: env.COUNTERSIGN_GITHUB_URL || undefined }
}

function readOpenid(env: Environment): SocialProviderOptions | undefined {
  const credential = readCredential(env, 'COUNTERSIGN_OIDC')
  if (!credential) return undefined
  const issuer = env.COUNTERSIGN_OIDC_ISSUER
  if (!issuer) throw new TypeError('COUNTERSIGN_OIDC_ISSUER is not set')
  const id = env.COUNTERSIGN_OIDC_ID || 'oidc'
  return { id, ...credential, issuer, name: env.COUNTERSIGN_OIDC_NAME || 'Single sign-on' }
}

function readCredential(env: Environment, prefix: string) {
  const clientId = env[`${prefix}_CLIENT_ID`]
  const clientSecret = env[`${prefix}_CLIENT_SECRET`]
  if (!clientId && !clientSecret) return undefined
  if (clientId && clientSecret) return { clientId, clientSecret }
  throw new TypeError(`${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET go together`)
}

function readAddresses(env: Environment): OutgoingAddresses | undefined {
  const addresses = env.COUNTERSIGN_OUTGOING_ADDRESSES
  if (!addresses) return undefined
  if (addresses === 'public' || addresses === 'any') return addresses
  throw new TypeError('COUNTERSIGN_OUTGOING_ADDRESSES must be public or any')
}
