import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { portOwner } from '../lib/port-owner.mjs'
import { checkPorts, freePort, portFrom } from '../lib/ports.mjs'

let taker: Server | undefined

/** Takes a free port on an address. */
async function take(host: string): Promise<number> {
  const port = await freePort()
  taker = createServer()
  await new Promise<void>((resolve) => taker?.listen(port, host, resolve))
  return port
}

afterEach(() => {
  taker?.close()
  taker = undefined
})

const use = (port: number, variable = 'PORT', title = 'the web app') => ({ port, variable, title })
const impatient = { patienceSeconds: 0 }

describe('portFrom', () => {
  it('reads a port, or takes the standard one', () => {
    expect(portFrom({ PORT: '3100' }, 'PORT', 3000)).toBe(3100)
    expect(portFrom({ PORT: '' }, 'PORT', 3000)).toBe(3000)
    expect(portFrom({}, 'PORT', 3000)).toBe(3000)
  })

  it.each(['0', '65536', '-1', '3000x', '1e3'])('refuses %s', (PORT) => {
    expect(() => portFrom({ PORT }, 'PORT', 3000)).toThrow('PORT is not a port number')
  })
})

describe('checkPorts', () => {
  it('accepts free ports', async () => {
    const uses = [use(await freePort()), use(await freePort(), 'API_PORT', 'the API')]

    await expect(checkPorts(uses, impatient)).resolves.toBeUndefined()
  })

  it.each(['127.0.0.1', '0.0.0.0', '::1', '::'])('refuses a port taken on %s', async (host) => {
    const port = await take(host)

    await expect(checkPorts([use(port)], impatient)).rejects.toThrow(
      `Port ${port}, which the web app needs, is in use`,
    )
  })

  it('waits for a port that is just being given up', async () => {
    const port = await take('127.0.0.1')
    setTimeout(() => taker?.close(), 100)

    await expect(checkPorts([use(port)], { patienceSeconds: 5 })).resolves.toBeUndefined()
  })

  it('refuses one port for two processes', async () => {
    const port = await freePort()
    const uses = [use(port), use(port, 'API_PORT', 'the API')]

    await expect(checkPorts(uses, impatient)).rejects.toThrow(/web app and the API: set API_PORT/)
  })
})

describe('portOwner', () => {
  it('names the process that listens', async () => {
    const port = await take('127.0.0.1')

    expect(portOwner(port)).toContain(`process ${process.pid}`)
  })

  it('knows nobody for a free port', async () => {
    expect(portOwner(await freePort())).toBeUndefined()
  })
})
