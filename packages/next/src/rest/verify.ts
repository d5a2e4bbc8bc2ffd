import { TokenError } from '@countersign/core'
import type { ServerReply } from '../auth-server.js'
import type { Backend, VerifiedUser } from '../backend.js'
import type { SealedSession } from '../sealed-session.js'
import { callRest, type Line } from './call.js'
import { userOfMe } from './me.js'
import { tokenName } from './token-name.js'
import { tokenVerifier } from './verify-key.js'

/** How long the backend's word on a token counts. Seconds. */
const WORD_SECONDS = 30
const MAX_WORDS = 1000

type Verification = Pick<Backend, 'verify' | 'refusalOf'>

/** What `verify` asks for: nothing, a key, a function, or the backend itself. */
export function restVerify(line: Line): Verification {
  const { verify } = line.rest
  if (verify === undefined) return {}
  if (verify === 'me') return askBackend(line)
  if (typeof verify !== 'function') return { verify: tokenVerifier(verify, line.settings) }
  return {
    verify: async ({ accessToken }) => {
      const user = await verify(accessToken)
      if (user) return user
      throw new TokenError(
        'invalid_token',
        'verify',
        'the function "verify" does not know this token',
      )
    },
  }
}

/** What the backend said of a token, and when. No user: it refused the token. */
interface Word {
  readonly user: VerifiedUser | null
  readonly at: number
}

/**
 * Asks `paths.me`, at most twice a minute for one token. A backend that does not answer takes nothing
 * back: what it said of this token last counts until the token ends.
 */
function askBackend(line: Line): Verification {
  const { now } = line.settings
  const words = sharedWords()
  const flights = new Map<string, Promise<Word | undefined>>()
  const ask = async (session: SealedSession): Promise<Word | undefined> => {
    const reply = await callRest(line, {
      ...{ method: 'GET', path: String(line.rest.paths.me), bearer: session.accessToken },
    })
    const word = wordIn(line, reply)
    if (word) keep(words, session.tokenId, word)
    return word
  }
  const askOnce = (session: SealedSession) => {
    const flight = flights.get(session.tokenId) ?? ask(session)
    flights.set(session.tokenId, flight)
    return flight.finally(() => flights.delete(session.tokenId))
  }
  return {
    verify: async (session) => {
      const known = words.get(session.tokenId)
      const isFresh = known && now() - known.at < WORD_SECONDS
      const word = isFresh ? known : ((await askOnce(session)) ?? known)
      if (word?.user) return word.user
      if (word) throw new TokenError('token_revoked', 'me', 'the backend refuses the token')
      throw Object.assign(new Error('the backend does not say whose token this is'), UNAVAILABLE)
    },
    refusalOf: (accessToken) =>
      words.get(tokenName(accessToken))?.user === null ? 'token_revoked' : undefined,
  }
}

const SHARED = Symbol.for('countersign.next.words')

/** Next loads this module several times, and one copy's refusal is for the others to act upon. */
function sharedWords(): Map<string, Word> {
  const holder = globalThis as { [SHARED]?: Map<string, Word> }
  holder[SHARED] ??= new Map()
  return holder[SHARED]
}

const UNAVAILABLE = { code: 'service_unavailable' }

/** A user, or a definite no; undefined for everything that may pass. */
function wordIn(line: Line, reply: ServerReply): Word | undefined {
  const at = line.settings.now()
  const user = userOfMe(line, reply)
  if (user) return { user: { userId: user.id, email: user.email, role: user.role }, at }
  return reply.status === 401 && reply.body ? { user: null, at } : undefined
}

function keep(words: Map<string, Word>, name: string, word: Word): void {
  const [oldest] = words.keys()
  if (words.size >= MAX_WORDS && oldest !== undefined) words.delete(oldest)
  words.delete(name)
  words.set(name, word)
}
