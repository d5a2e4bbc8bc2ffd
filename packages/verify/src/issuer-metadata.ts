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

async function requestMetadata({ issuer, fetch }: Settings): Promise<Record<string, unknown>> {
  const response = await fetch(metadataAddress(issuer), {
    headers: { Accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
  })
  await assertOk(response)
  const metadata = readObject((await readBody(response, MAX_BYTES)).toString('utf8'))
  // RFC 8414 section 3.3: of another issuer it must not be used.
  if (metadata?.issuer !== issuer) throw new Error('the metadata is not of this issuer')
  return metadata
}

/** The well-known part comes between origin and path (RFC 8414 section 3.1). */
function metadataAddress(issuer: string): string {
  const { origin, pathname } = new URL(issuer)
  const path = pathname === '/' ? '' : pathname
  return `${origin}/.well-known/oauth-authorization-server${path}`
}
