import { type Caller, NOT_SUPPORTED, type ServerReply } from '../auth-server.js'
import type { Backend, SignInOutcome } from '../backend.js'
import { callRest, type Line, type RestReply } from './call.js'
import { refusal } from './errors.js'
import { askMe } from './me.js'
import type { Json, RequestBody } from './options.js'
import { tokensIn, userFrom } from './read-answer.js'
import { userIn } from './read-tokens.js'
import { sessionOf } from './session.js'

type Entry = 'login' | 'signup' | 'exchange'

/** Sign-in at the backend. */
export function restSignIn(line: Line): Backend['signIn'] {
  return async (body, caller) => {
    const reply = await post(line, 'login', { body: () => loginBody(line, body), caller })
    const remember = body.remember !== false
    return isSuccess(reply)
      ? enter(line, reply, { remember, caller })
      : refuse(line, 'login', reply)
  }
}

/**
 * Sign-up at the backend. Where it makes an account and gives no tokens, a sign-in follows; where
 * that one is refused, the address has to be confirmed first.
 */
export function restSignUp(line: Line): Backend['signUp'] {
  const signIn = restSignIn(line)
  return async (body, caller) => {
    if (!line.rest.paths.signup) return { kind: 'refused', reply: NOT_SUPPORTED }
    const reply = await post(line, 'signup', { body: () => signupBody(line, body), caller })
    if (reply.status === 202) return { kind: 'pending' }
    if (!isSuccess(reply)) return refuse(line, 'signup', reply)
    const remember = body.remember !== false
    if (tokensIn(line, reply)) return enter(line, reply, { remember, caller })
    const isCreated = userFrom(line, reply.body && userIn(reply.body)) !== null
    return isCreated ? afterSignUp(await signIn(body, caller)) : refuse(line, 'signup', reply)
  }
}

function afterSignUp(entered: SignInOutcome): SignInOutcome {
  if (entered.kind === 'signed-in') return { ...entered, status: 201 }
  const isDown = entered.kind === 'refused' && entered.reply.status >= 500
  return isDown ? entered : { kind: 'pending' }
}

/** The session in an answer to a sign-in; the user from there, else from the backend's `me`. */
export async function enter(
  line: Line,
  reply: RestReply,
  { remember, caller }: { remember: boolean; caller: Caller },
): Promise<SignInOutcome> {
  const tokens = tokensIn(line, reply)
  if (!tokens) return unusable(line, 'has no access token')
  const told = userFrom(line, tokens.user)
  const user = told ?? (await askMe(line, { accessToken: String(tokens.accessToken), caller }))
  if (!user) return unusable(line, 'names no user with an id and an address, nor does paths.me')
  const session = sessionOf(line, { tokens, user, remember })
  if (typeof session === 'string') return unusable(line, session)
  return { kind: 'signed-in', status: reply.status === 201 ? 201 : 200, session }
}

function post(
  line: Line,
  entry: Entry,
  { body, caller }: { body: () => RequestBody; caller: Caller },
): Promise<RestReply> {
  const path = String(line.rest.paths[entry])
  return callRest(line, { method: 'POST', path, body, caller })
}

function loginBody({ rest }: Line, body: Json): RequestBody {
  const { email, password } = body
  return rest.map.login?.(body) ?? { email, password }
}

function signupBody({ rest }: Line, body: Json): RequestBody {
  const { remember, ...account } = body
  return rest.map.signup?.(body) ?? account
}

function isSuccess({ status, body }: ServerReply): boolean {
  return body !== null && status >= 200 && status < 300
}

/** An error in an answer that calls itself a success is one all the same. */
export function refuse(line: Line, operation: Entry, reply: ServerReply): SignInOutcome {
  return { kind: 'refused', reply: refusal(operation, reply, line.rest.map) }
}

function unusable({ settings }: Line, what: string): SignInOutcome {
  settings.logger.warn(`countersign: nobody is signed in, the answer of the backend ${what}`)
  const reply = { status: 503, body: null, retryAfterSeconds: undefined }
  return { kind: 'refused', reply }
}
