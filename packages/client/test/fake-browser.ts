import { assembleClient } from '../src/assemble-client.js'
import type { Client, ClientOptions } from '../src/index.js'
import type { Channel, Locks, Runtime } from '../src/runtime.js'

export const API = 'https://api.test'
export const TOKEN_URL = 'https://app.test/api/auth/token'
export const SERVER = 'https://auth.test'

interface Timer {
  readonly at: number
  readonly controller: AbortController
}

/** Options of the client, and what it shall find around it. */
type TabOptions = ClientOptions & { readonly runtime?: Partial<Runtime> }

/** Why a tab may have slept. */
type Wake = 'visible' | 'restored' | 'online'

/** Answers a request of the client; a test may replace it. */
export type Answer = (request: Request) => Response | Promise<Response>

/** Makes an access token that only looks like one; the client checks no signature. */
export function makeToken(claims: { sid?: string; iat?: number; life?: number } = {}): string {
  const { sid = 'session-1', iat = 1000, life = 900 } = claims
  makeToken.count += 1
  const payload = { sid, iat, exp: iat + life, jti: `token-${makeToken.count}` }
  return `header.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.signature`
}
makeToken.count = 0

export const user = { id: '1', email: 'ada@b.test', name: 'Ada', image: null, role: 'user' }

/** The body of the token route. */
export function tokenBody(accessToken = makeToken(), expiresIn = 900) {
  return { accessToken, tokenType: 'Bearer', expiresIn, user }
}

/** One browser with a clock, a network and any number of tabs. Time passes only when told to. */
export class FakeBrowser {
  seconds = 0
  /** How far the clock of the computer is off. */
  wallOffset = 7200
  chance = 0
  readonly asked: { request: Request; body: Record<string, unknown> }[] = []
  readonly apiCalls: Request[] = []
  readonly signIns: Request[] = []
  readonly signOuts: Request[] = []
  answerToken: Answer = () => Response.json(tokenBody(makeToken({ iat: 1000 + this.seconds })))
  answerApi: Answer = () => new Response('ok')
  answerSignIn: Answer = () => Response.json(tokenBody(makeToken({ sid: 'session-2' })))
  answerSignOut: Answer = () => new Response(null, { status: 204 })
  readonly #channels = new Set<{ name: string; receive: (message: unknown) => void }>()
  readonly #held = new Map<string, Promise<unknown>>()

  tab(options: TabOptions = {}): FakeTab {
    return new FakeTab(this, options)
  }

  fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    await new Promise((resolve) => setImmediate(resolve))
    if (/\/(token|refresh)$/.test(request.url)) {
      this.asked.push({ request, body: await bodyOf(request) })
      return this.answerToken(request)
    }
    if (/\/(login|signup)$/.test(request.url)) {
      this.signIns.push(request.clone())
      return this.answerSignIn(request)
    }
    if (request.url.endsWith('/logout')) {
      this.signOuts.push(request)
      return this.answerSignOut(request)
    }
    this.apiCalls.push(request)
    return this.answerApi(request)
  }

  openChannel(name: string, receive: (message: unknown) => void): Channel {
    const own = { name, receive }
    this.#channels.add(own)
    return {
      postMessage: (message: unknown) => {
        const copy = structuredClone(message)
        for (const other of this.#channels) {
          if (other !== own && other.name === name) queueMicrotask(() => other.receive(copy))
        }
      },
      close: () => this.#channels.delete(own),
    }
  }

  /** Exclusive, first come first served, and given up by the signal, as Web Locks are. */
  locks: Locks = {
    request: async (name, { signal }, run) => {
      const before = this.#held.get(name) ?? Promise.resolve()
      const granted = Promise.race([before, rejection(signal)]).then(() => {
        signal.throwIfAborted()
        return run()
      })
      this.#held.set(name, Promise.allSettled([before, granted]))
      return granted
    },
  }

  /** A tab that was frozen while it held the lock. */
  freezeLock(name = `countersign:${TOKEN_URL}`): void {
    this.#held.set(name, new Promise(() => {}))
  }
}

/** One tab: a client with its own timers, visibility and memory. */
export class FakeTab {
  readonly client: Client
  visible = true
  readonly #browser: FakeBrowser
  readonly #timers = new Set<Timer>()
  readonly #wakeListeners = new Set<(isRestored: boolean) => void>()

  constructor(browser: FakeBrowser, options: TabOptions) {
    this.#browser = browser
    const { runtime, ...rest } = options
    const place = rest.server === undefined ? { tokenUrl: TOKEN_URL } : {}
    this.client = assembleClient(
      { ...place, apis: [API], ...rest },
      { ...this.#runtime(), ...runtime },
    )
  }

  #runtime(): Runtime {
    const browser = this.#browser
    return {
      fetch: browser.fetch,
      now: () => browser.seconds,
      wallNow: () => browser.seconds + browser.wallOffset,
      random: () => browser.chance,
      timeout: (seconds) => {
        const controller = new AbortController()
        this.#timers.add({ at: browser.seconds + seconds, controller })
        return controller.signal
      },
      openChannel: (name, receive) => browser.openChannel(name, receive),
      locks: browser.locks,
      singleFlight: true,
      isVisible: () => this.visible,
      onWake: (listener) => {
        this.#wakeListeners.add(listener)
        return () => this.#wakeListeners.delete(listener)
      },
    }
  }

  /** Timers that would still run something. */
  get timerCount(): number {
    return [...this.#timers].filter(({ controller }) => controller.signal.onabort).length
  }

  /** Lets time pass, timer by timer. */
  async pass(seconds: number): Promise<void> {
    const until = this.#browser.seconds + seconds
    for (;;) {
      await settle()
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
      if (!next) break
      this.#timers.delete(next)
      this.#browser.seconds = Math.max(this.#browser.seconds, next.at)
      next.controller.abort()
    }
    this.#browser.seconds = until
    await settle()
  }

  /** Time in which no timer ran, as when the computer slept. */
  sleep(seconds: number): void {
    this.#browser.seconds += seconds
  }

  async wake(why: Wake): Promise<void> {
    if (why === 'visible') this.visible = true
    for (const listener of this.#wakeListeners) listener(why === 'restored')
    await settle()
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 25; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

export function problem(status: number, code: string, more: object = {}): Response {
  return Response.json({ code, status, ...more }, { status })
}

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  return JSON.parse((await request.clone().text()) || '{}')
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
