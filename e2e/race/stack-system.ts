import { randomBytes } from 'node:crypto'
import { callWithToken } from '../harness/auth-api.js'
import type { Which } from '../harness/door.js'
import { type Stack, type StackOptions, startStack } from '../harness/stack.js'
import type { Check, Moves, System } from './system.js'
import type { Answer, User } from './user.js'

const ACCESS_SECONDS = 10
/**
 * Grace and coalescing. Not a thirtieth of a lifetime as in production: they have to be longer than
 * the 5 s for which a web server waits, as they are there, or a busy machine is measured.
 */
const WINDOW_SECONDS = 6
/** Between the decision of a refresh and its arrival, on all sides of a comparison. */
export const LATENCY_MS = 40

/** What makes one system of a stack: where its sessions come from. */
export interface StackSystemOptions {
  readonly name: string
  readonly instances: number
  readonly stack: Partial<StackOptions>
  readonly pagePath: string
  readonly quietPath: string
  /** A refresh at the door of whoever hands out the tokens. */
  readonly isRefresh: Which
  /** Makes a new account, and signs in with it. */
  readonly signUp: (user: User, account: Account, stack: Stack) => Promise<Answer>
  /** What of the API only works with an access token. */
  readonly apiPath: string
  readonly moves: (stack: Stack) => Moves
  /** Takes every second use of a refresh token for theft. */
  readonly isStrict?: boolean
}

/** Somebody new. */
export interface Account {
  readonly email: string
  readonly password: string
}

/** Starts an example with its servers. */
export async function startStackSystem(options: StackSystemOptions): Promise<System> {
  const { name, instances, pagePath, quietPath, isRefresh } = options
  const windows = options.isStrict ? { window: 0, recovery: 0 } : { window: WINDOW_SECONDS }
  const times = { access: ACCESS_SECONDS, ...windows }
  const stack = await startStack({ database: 'postgres', times, ...options.stack })
  const moves = options.moves(stack)
  const failing = new Set<string>()
  stack.authDoor.delayAnswers(isRefresh, LATENCY_MS)
  stack.authDoor.failAnswers(({ agent }) => failing.has(agent))
  return {
    ...{ name, instances, pagePath, quietPath, moves },
    origin: stack.webOrigin,
    accessSeconds: stack.times.access,
    graceSeconds: stack.times.window,
    signIn: (user) => signIn(user, (account) => options.signUp(user, account, stack)),
    check: async (user) => check(await moves.ask(user), stack.apiUrl + options.apiPath),
    refreshesOf: ({ name: agent }) =>
      stack.authDoor.passages
        .filter((passage) => passage.agent === agent && isRefresh(passage))
        .map(({ at }) => at),
    failFor: ({ name: agent }, isFailing) => {
      if (isFailing) failing.add(agent)
      else failing.delete(agent)
    },
    restartBackend: joined(() => restart(stack)),
    stop: stack.remove,
    said: stack.said,
  }
}

async function signIn(user: User, signUp: (account: Account) => Promise<Answer>): Promise<void> {
  const email = `${randomBytes(9).toString('hex')}@example.com`
  const password = randomBytes(12).toString('base64url')
  const { status } = await signUp({ email, password })
  if (status >= 400) throw new Error(`the sign-up of ${user.name} was answered with ${status}`)
}

async function check({ status, text }: Answer, apiUrl: string): Promise<Check> {
  if (status !== 200) return { why: `no token but ${status} ${text}` }
  const { accessToken, expiresIn } = JSON.parse(text) as { accessToken: string; expiresIn: number }
  // The API forgives clocks a few seconds; a token that has run out does not count here.
  if (expiresIn < 1) return { why: 'a token that has run out' }
  const reply = await callWithToken(apiUrl, accessToken)
  return reply.status === 200 ? { seconds: expiresIn } : { why: `the API said ${reply.status}` }
}

/** As a crash, and an operator's supervisor: nothing is finished before the end. */
async function restart({ auth, api }: Stack): Promise<void> {
  // Without an auth server the API is who hands out the tokens.
  const servers = auth.length > 0 ? auth : [api]
  await Promise.all(servers.map((server) => server.kill()))
  await Promise.all(servers.map((server) => server.start()))
}

/** Who comes while it happens waits for the end of what happens. */
function joined(act: () => Promise<void>): () => Promise<void> {
  let under: Promise<void> | undefined
  return () => {
    under ??= act().finally(() => {
      under = undefined
    })
    return under
  }
}
