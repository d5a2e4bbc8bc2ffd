import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true })

/**
 * One POST of JSON; its status, `Retry-After` and body, whatever they are.
 * @param {string} url
 * @param {{ body: object }} options
 * @returns {Promise<{ status: number, retryAfter: string | undefined, text: string }>}
 */
export function statusOf(url, { body }) {
  const text = JSON.stringify(body)
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method: 'POST', headers }, (incoming) => {
      let received = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk) => {
        received += chunk
      })
      incoming.on('end', () => {
        const { statusCode = 0, headers } = incoming
        resolve({ status: statusCode, retryAfter: headers['retry-after'], text: received })
      })
    })
    // The server may close a connection in the moment in which it is used again.
    outgoing.on('error', (error) =>
      outgoing.reusedSocket ? statusOf(url, { body }).then(resolve, reject) : reject(error),
    )
    outgoing.end(text)
  })
}
