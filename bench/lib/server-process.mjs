import { fork } from 'node:child_process'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'

/**
 * A server in a process of its own, which can be asked about itself.
 * @param {string} name file in `servers/` without its ending
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function startServer(name, env = {}) {
  const file = fileURLToPath(new URL(`../servers/${name}.mjs`, import.meta.url))
  const child = fork(file, { env: { ...process.env, ...env, NODE_ENV: 'production' } })
  const waiting = new Map()
  let last = 0
  const port = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ${name} ended with ${code}`)))
    child.on('message', (message) => {
      if (message.port) resolve(message.port)
      waiting.get(message.id)?.(message.answer)
      waiting.delete(message.id)
    })
  })
  return {
    url: `http://127.0.0.1:${port}`,
    /** @param {string} question @param {unknown} [argument] */
    ask: (question, argument) =>
      new Promise((resolve) => {
        const id = ++last
        waiting.set(id, resolve)
        child.send({ id, question, argument })
      }),
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit')
        child.once('exit', resolve)
        child.kill('SIGKILL')
      }),
  }
}

const agent = new Agent({ keepAlive: true })

/**
 * One request; the answer's JSON. Throws for any other status than 200 and 201.
 * @param {string} url
 * @param {{ method?: string, body?: object | string, headers?: Record<string, string> }} options
 */
export function call(url, { method = 'POST', body, headers = {} }) {
  const text = typeof body === 'object' ? JSON.stringify(body) : body
  const type = typeof body === 'object' ? 'application/json' : 'application/x-www-form-urlencoded'
  const sent =
    text === undefined ? {} : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { agent, method, headers: { ...sent, ...headers } },
      (incoming) => {
        let received = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk) => {
          received += chunk
        })
        incoming.on('end', () => {
          if (incoming.statusCode !== 200 && incoming.statusCode !== 201) {
            reject(new Error(`${url} answered ${incoming.statusCode}: ${received.slice(0, 200)}`))
          } else {
            resolve({ json: JSON.parse(received), cookies: incoming.headers['set-cookie'] ?? [] })
          }
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(text)
  })
}
