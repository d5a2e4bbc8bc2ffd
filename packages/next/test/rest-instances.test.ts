import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CountersignOptions, memoryReplayStore, redisReplayStore } from '../src/index.js'
import { insideOf } from '../src/inside.js'
import { readSession } from '../src/sealed-session.js'
import { Browser, COOKIE, codeOf, ORIGIN, SECRET } from './browser.js'
import { closeForeign, setUpForeign } from './foreign-app.js'
import { openRedisLine, type RedisLine, TEST_REDIS_URL } from './redis-line.js'

const WAIT = { timeout: 20_000, interval: 50 }

type Instance = Awaited<ReturnType<typeof setUpForeign>>

let line: RedisLine | undefined
afterEach(async () => {
  await closeForeign()
  await line?.close()
  line = undefined
})

/** What the sealed cookie of a browser holds. */
const sealed = ({ app }: Instance, browser: Browser) =>
  readSession(`${COOKIE}=${browser.cookie}`, insideOf(app).context().settings)

/** So many browsers with one cookie, each at the next instance, all at once. */
async function burst(instances: readonly Instance[], count: number) {
  const [first] = instances as [Instance]
  const browsers = Array.from({ length: count }, (_, at) => {
    const browser = new Browser((instances[at % instances.length] as Instance).app)
    browser.jar.set(COOKIE, String(first.browser.cookie))
    return browser
  })
  const responses = await Promise.all(browsers.map((browser) => browser.post('token')))
  return { browsers, responses }
}

async function due(instance: Instance) {
  await instance.browser.login()
  instance.clock.seconds += 899.5
}

describe('one instance in front of a strict backend', () => {
  it('presents a token once for 20 refreshes, which all get the same', async () => {
    const instance = await setUpForeign()
    await due(instance)

    const { browsers, responses } = await burst([instance], 20)

    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(new Set(browsers.map((browser) => sealed(instance, browser)?.refreshToken)).size).toBe(1)
    expect(instance.backend.count('/refresh')).toBe(1)
  })

  it('answers a browser that comes late with the old cookie, whose answer got lost', async () => {
    const instance = await setUpForeign()
    await due(instance)
    const late = instance.browser.clone()
    await instance.browser.post('token')

    const response = await late.post('token')

    expect(response.status).toBe(200)
    expect(sealed(instance, late)).toEqual(sealed(instance, instance.browser))
    expect(instance.backend.families[0]?.ended).toBe(false)
  })

  it('leads one that comes late to the newest token, past those that are over', async () => {
    const instance = await setUpForeign()
    const { browser, backend, clock } = instance
    await due(instance)
    const late = browser.clone()
    for (const _ of [1, 2, 3]) {
      await browser.post('token')
      clock.seconds += 899.5
    }

    const response = await late.post('token')

    expect(await response.json()).toMatchObject({ expiresIn: 900 })
    expect(backend.families[0]?.ended).toBe(false)
    expect(backend.count('/refresh')).toBe(4)
  })

  it('cannot save one that comes after a minute: the documented limit', async () => {
    const time = { seconds: 0 }
    const replay = memoryReplayStore(() => time.seconds)
    const instance = await setUpForeign({ rest: { replay } })
    await due(instance)
    const late = instance.browser.clone()
    await instance.browser.post('token')
    time.seconds += 61
    instance.clock.seconds += 61

    const response = await late.post('token')

    expect(await codeOf(response)).toBe('refresh_invalid')
  })

  it('shares its leases between the two copies that Next makes of it', async () => {
    const proxy = await setUpForeign({ rest: { replay: undefined } as never })
    const pages = await setUpForeign({ beside: proxy, rest: { replay: undefined } as never })
    await due(proxy)

    const { responses } = await burst([proxy, pages], 10)

    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(proxy.backend.count('/refresh')).toBe(1)
  })

  it('keeps an answer that comes too late for whoever asks next', async () => {
    const patient = await setUpForeign()
    await due(patient)
    const { browser, backend } = await setUpForeign({
      ...{ beside: patient, app: { timeoutSeconds: 0.2 } },
    })
    browser.jar.set(COOKIE, String(patient.browser.cookie))
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    backend.behaviour.intercept = async () => {
      await gate
      return false
    }

    const tooLate = await browser.post('token')
    release()
    await expect.poll(async () => (await browser.post('token')).status, WAIT).toBe(200)

    expect(tooLate.status).toBe(503)
    expect(backend.count('/refresh')).toBe(1)
    expect(backend.families[0]?.ended).toBe(false)
  })

  it('asks again after a failure, and for a token that is not rotated', async () => {
    const instance = await setUpForeign()
    const { browser, backend, clock } = instance
    backend.behaviour.rotation = 'fixed'
    await due(instance)
    const jtis = new Set<unknown>()
    for (const _ of [1, 2]) {
      const body = (await (await browser.post('token')).json()) as { jti: string }
      jtis.add(body.jti)
      clock.seconds += 899.5
    }

    expect(jtis.size).toBe(2)
  })
})

describe('two instances with a memory each in front of a strict backend', () => {
  it('end the session of a burst: the documented limit', async () => {
    const first = await setUpForeign()
    const second = await setUpForeign({ beside: first })
    await due(first)

    await burst([first, second], 20)

    expect(first.backend.count('/refresh')).toBeGreaterThan(1)
    expect(first.backend.families[0]?.ended).toBe(true)
  })

  it('lose nothing in front of an idempotent one', async () => {
    const first = await setUpForeign()
    const second = await setUpForeign({ beside: first })
    first.backend.behaviour.rotation = 'idempotent'
    await due(first)

    const { responses } = await burst([first, second], 20)

    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200))
  })
})

// Skipped without a Redis, which `npm test` always brings.
describe.skipIf(!TEST_REDIS_URL)('two instances with Redis in front of a strict backend', () => {
  // The other process runs what was built; building again costs a moment when nothing has changed.
  beforeAll(async () => {
    const folder = new URL('../', import.meta.url)
    const tsc = new URL('../../node_modules/.bin/tsc', folder).pathname
    await promisify(execFile)(tsc, ['-b', folder.pathname]).catch(() => {})
  })
  beforeEach(async () => {
    line = await openRedisLine()
  })
  const redis = () => line as RedisLine
  const store = () => redisReplayStore(redis().connect(), redis().prefix)

  async function pair(app: CountersignOptions = {}) {
    const first = await setUpForeign({ app, rest: { replay: store() } })
    const second = await setUpForeign({ app, beside: first, rest: { replay: store() } })
    await due(first)
    return { first, second, backend: first.backend }
  }

  it('present a token once for 20 refreshes, which all get the same', async () => {
    const { first, second, backend } = await pair()

    const { browsers, responses } = await burst([first, second], 20)

    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200))
    const sessions = browsers.map((browser) => JSON.stringify(sealed(first, browser)))
    expect(new Set(sessions).size).toBe(1)
    expect(backend.count('/refresh')).toBe(1)
  })

  it('do so expiry after expiry', async () => {
    const { first, second, backend } = await pair()
    for (let expiry = 1; expiry <= 10; expiry += 1) {
      const { browsers } = await burst([first, second], 6)
      first.browser.jar.set(COOKIE, String(browsers.at(-1)?.cookie))
      first.clock.seconds += 899.5
    }

    expect(backend.count('/refresh')).toBe(10)
    expect(backend.families[0]?.ended).toBe(false)
  })

  it('refresh nothing while Redis is away, keep every session, and go on when it is back', async () => {
    const { first, second, backend } = await pair({ timeoutSeconds: 5 })
    redis().cut()

    const { browsers, responses } = await burst([first, second], 4)

    expect(responses.map(({ status }) => status)).toEqual(Array(4).fill(503))
    expect(browsers.every(({ cookie }) => cookie === first.browser.cookie)).toBe(true)
    expect(backend.count('/refresh')).toBe(0)
    expect(first.warnings.join()).toContain('replay store')
    redis().mend()
    await expect.poll(async () => (await first.browser.post('token')).status, WAIT).toBe(200)
    expect(backend.families[0]?.ended).toBe(false)
  })

  it('keep an answer that Redis could not take at first', async () => {
    const { first, second, backend } = await pair({ timeoutSeconds: 10 })
    backend.behaviour.intercept = () => {
      redis().cut()
      return false
    }
    const lost = first.browser.clone()
    const winner = await first.browser.post('token')
    backend.behaviour.intercept = undefined
    redis().mend()

    const other = new Browser(second.app)
    other.jar.set(COOKIE, String(lost.cookie))
    await expect.poll(async () => (await other.post('token')).status, WAIT).toBe(200)

    expect(winner.status).toBe(200)
    expect(sealed(second, other)).toEqual(sealed(first, first.browser))
    expect(backend.count('/refresh')).toBe(1)
  })

  /** Another process of the application, which refreshes with this cookie and is killed meanwhile. */
  async function crash({ first, meanwhile }: { first: Instance; meanwhile: () => void }) {
    const dist = new URL('../dist/index.js', import.meta.url).href
    const code = `
      import { Redis } from 'ioredis'
      import { createCountersign, redisReplayStore, restBackend } from '${dist}'
      const replay = redisReplayStore(new Redis('${redis().url}'), '${redis().prefix}')
      const backend = restBackend({ url: '${first.backend.url}', replay, lateSeconds: 1.5 })
      const { handlers } = createCountersign({ backend, origin: '${ORIGIN}', cookieSecret: '${SECRET}',
        now: () => ${first.clock.seconds}, logger: { warn: () => {} } })
      const cookie = '${COOKIE}=${first.browser.cookie}'
      const headers = { cookie, origin: '${ORIGIN}', 'x-countersign': '1' }
      const ask = () => new Request('${ORIGIN}/api/auth/token', { method: 'POST', headers })
      for (;;) await handlers.POST(ask()) // until it gets through, and is killed`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      cwd: new URL('../', import.meta.url),
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const exit = once(child, 'exit')
    first.backend.behaviour.intercept = ({ path }) => {
      if (path !== '/refresh') return false
      first.backend.behaviour.intercept = undefined
      meanwhile()
      child.kill('SIGKILL')
      return true
    }
    return (await exit)[1]
  }

  it('go on when the holder of a lease is killed before the backend has rotated', async () => {
    const { first, second, backend } = await pair()

    const signal = await crash({ first, meanwhile: () => {} })
    const { responses } = await burst([first, second], 6)

    expect(signal).toBe('SIGKILL')
    expect(responses.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(backend.count('/refresh')).toBe(2)
    expect(backend.families[0]?.ended).toBe(false)
  })

  it('lose a session whose answer died with the process: the documented limit', async () => {
    const { first, backend } = await pair()
    const [family] = backend.families as [(typeof backend.families)[number]]

    await crash({
      first,
      meanwhile: () => {
        family.used.add(family.live)
        family.live = 'refresh-that-nobody-got'
      },
    })

    expect(await codeOf(await first.browser.post('token'))).toBe('refresh_invalid')
  })
})
