import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { accepts, freePort } from '../lib/ports.mjs'
import { supervise } from '../lib/supervise.mjs'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A stub process in one of its modes: `serve`, `crash`, `deaf`. */
async function stub(name: string, mode: string) {
  const port = await freePort()
  return {
    ...{ name, title: `The ${name}`, colour: '36', cwd: path('.') },
    args: [path('./stub-service.mjs'), mode, String(port)],
    env: { PATH: process.env.PATH },
    healthUrl: `http://localhost:${port}/`,
    port,
  }
}

/** Starts stubs and keeps the lines that they write. */
async function superviseStubs(modes: Record<string, string>) {
  const services = await Promise.all(Object.entries(modes).map((one) => stub(...one)))
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  return { lines, services, ...supervise(services, { write, readySeconds: 20 }) }
}

const isListening = (port: number) => accepts('127.0.0.1', port)

describe('supervise', () => {
  it('is ready when all answer, and stops them in order', async () => {
    const { ready, stop, lines, services } = await superviseStubs({ auth: 'serve', web: 'serve' })

    await ready
    await stop()

    expect(lines).toContain('auth  │ listening')
    expect(lines).toContain('web   │ bye')
    expect(await Promise.all(services.map(({ port }) => isListening(port)))).toEqual([false, false])
  })

  it('fails with one sentence when a process ends before it is ready', async () => {
    const { ready, stop, lines } = await superviseStubs({ auth: 'crash', web: 'serve' })

    await expect(ready).rejects.toThrow('The auth ended with exit code 3')
    await stop()

    expect(lines).toContain('auth  │ no database')
  })

  it('fails when a process is killed later', async () => {
    const { ready, failed, stop, pids } = await superviseStubs({ auth: 'serve', api: 'serve' })
    await ready

    process.kill(pids()[1] ?? 0, 'SIGKILL')

    await expect(failed).rejects.toThrow('The api was ended by SIGKILL')
    await stop()
  })

  it('kills a process that does not listen', async () => {
    const { ready, stop, services } = await superviseStubs({ auth: 'deaf' })

    await ready
    await stop()

    expect(await isListening(services[0]?.port ?? 0)).toBe(false)
  })

  it('leaves no process behind when it is killed itself', async () => {
    const service = await stub('auth', 'deaf')
    const parent = spawn(process.execPath, [path('./stub-start.mjs'), JSON.stringify([service])])
    const [line] = await once(createInterface({ input: parent.stdout }), 'line')

    parent.kill('SIGKILL')

    expect(line).toBe('ready')
    await expect.poll(() => isListening(service.port), { timeout: 10_000 }).toBe(false)
  })
})
