/**
 * At start-up: does the issuer sign with a secret that we hold? Two services with different secrets
 * are the commonest fault of shared secrets, and nothing else shows it before the first user does.
 * @module
 */
import type { Settings } from './options.js'
import { assertOk, readBody } from './read-body.js'
import { readObject } from './revocation-event.js'

const MAX_BYTES = 65_536
const TIMEOUT_SECONDS = 5

/**
 * Compares the fingerprints of our secrets with those that the issuer lists (RFC 8414,
 * `countersign_hs256_kids`, the one that signs first). If we do not hold that one, a warning names
 * both; without the list, or without an answer, there is nothing to compare.
 * @throws TypeError then, if `onMismatch` is `exit`
 */
export async function compareSecrets(settings: Settings, ours: readonly string[]): Promise<void> {
  const [signing] = (await listedKids(settings)) ?? []
  if (signing === undefined || ours.includes(signing)) return
  const message = `the issuer signs with secret ${signing}, this verifier holds ${ours.join(', ')}`
  settings.warn({ code: 'key_mismatch', message })
  if (settings.onMismatch === 'exit') throw new TypeError(message)
}

async function listedKids(settings: Settings): Promise<readonly string[] | undefined> {
  try {
    const kids = (await requestMetadata(settings))?.countersign_hs256_kids
    return Array.isArray(kids) && kids.every(isKid) ? kids : undefined
  } catch (cause) {
    const message = 'the metadata of the issuer was not loaded: secrets are not compared'
    settings.warn({ code: 'metadata_unavailable', message, cause })
    return undefined
  }
}

/** It comes from outside and goes into a log. */
function isKid(value: unknown): boolean {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value)
}

async function requestMetadata(settings: Settings): Promise<Record<string, unknown>> {
  const { issuer } = settings
  const wellKnown = '/.well-known/oauth-authorization-server'
  const { origin, pathname } = new URL(issuer)
  // The well-known part comes between origin and path (RFC 8414 section 3.1).
  const path = pathname === '/' ? '' : pathname
  let response = await request(settings, origin + wellKnown + path)
  if (response.status === 404 && path) {
    await response.body?.cancel()
    // An issuer inside of a web application may be asked only below its own path.
    response = await request(settings, issuer + wellKnown)
  }
  await assertOk(response)
  const metadata = readObject((await readBody(response, MAX_BYTES)).toString('utf8'))
  // RFC 8414 section 3.3: of another issuer it must not be used.
  if (metadata?.issuer !== issuer) throw new Error('the metadata is not of this issuer')
  return metadata
}

function request({ fetch }: Settings, address: string): Promise<Response> {
  return fetch(address, {
    headers: { Accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
  })
}
