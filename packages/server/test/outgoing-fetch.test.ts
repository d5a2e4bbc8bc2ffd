import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPublicAddress } from '../src/outgoing/address-range.js'
import { OutgoingError, outgoingFetch } from '../src/outgoing/outgoing-fetch.js'

const answers: Record<string, RequestListener> = {
  '/json': (request, response) => {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ method: request.method, agent: request.headers['user-agent'] }))
  },
  '/redirect': (_, response) => response.writeHead(302, { Location: '/json' }).end(),
  '/limited': (_, response) => response.writeHead(429).end(),
  '/broken': (_, response) => response.writeHead(500).end(),
  '/refused': (_, response) => response.writeHead(400).end('{"error":"invalid_grant"}'),
  '/endless': (_, response) => {
    response.on('error', () => {})
    response.write(Buffer.alloc(2 * 1024 * 1024))
  },
}

const server = createServer((request, response) => answers[request.url ?? '']?.(request, response))
let url: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

describe('GHSA-5rr4-8452-hf4v: a call of ours', () => {
  const fetch = outgoingFetch('public')

  it.each([
    'https://127.0.0.1:1/',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://0.0.0.0/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://localhost:1/',
  ])('never goes to %s', async (address) => {
    await expect(fetch(address)).rejects.toThrow(/not public|no public address/)
  })

  it.each(['http://example.com/', 'ftp://example.com/', 'file:///etc/passwd', 'data:,x'])(
    'never goes to %s, which is not https',
    async (address) => {
      await expect(fetch(address)).rejects.toThrow(OutgoingError)
    },
  )

  it('goes to this machine where that is allowed, and no further than http', async () => {
    const anywhere = outgoingFetch('any')

    const answer = await anywhere(`${url}/json`, {
      method: 'POST',
      body: new URLSearchParams('a=b'),
    })

    expect(await answer.json()).toEqual({ method: 'POST', agent: 'countersign' })
    await expect(anywhere('file:///etc/passwd')).rejects.toThrow(OutgoingError)
  })

  it.each(['/redirect', '/limited', '/broken', '/endless'])(
    'takes no answer of %s',
    async (path) => {
      await expect(outgoingFetch('any')(url + path)).rejects.toThrow(OutgoingError)
    },
  )

  it('hands a refusal on', async () => {
    expect((await outgoingFetch('any')(`${url}/refused`)).status).toBe(400)
  })

  it('fails in one way if nobody is there', async () => {
    await expect(outgoingFetch('any')('http://127.0.0.1:1/')).rejects.toThrow(OutgoingError)
  })
})

describe('an address that anybody on the internet can have', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00::1'])(
    'is %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )

  it.each(['100.64.0.1', '172.31.255.255', '255.255.255.255', '2002:7f00:1::', '::', 'x', ''])(
    'is not %j',
    (address) => {
      expect(isPublicAddress(address)).toBe(false)
    },
  )
})
