import { connect } from 'node:net'

/**
 * Keeps connections busy for a while: each sends the next of `requests` when its answer is there.
 * Answers must all have the same length and status 200. It costs little itself, so that a server
 * beside it gets a core.
 * @param {number} port
 * @param {readonly Buffer[]} requests
 * @param {{ connections: number, milliseconds: number }} options
 * @returns {Promise<number>} how many were answered
 */
export async function load(port, requests, { connections, milliseconds }) {
  const length = await answerLength(port, requests[0])
  const until = performance.now() + milliseconds
  const counts = Array.from({ length: connections }, (_, index) =>
    keepBusy({ port, requests, length, until, start: index * 31 }),
  )
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

function keepBusy({ port, requests, length, until, start }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let next = start
    let received = 0
    const send = () => socket.write(requests[next++ % requests.length])
    socket.on('error', reject)
    socket.on('connect', send)
    socket.on('data', (chunk) => {
      if (received === 0 && !isGood(chunk)) return reject(new Error(`got ${chunk}`))
      received += chunk.length
      if (received < length) return
      received = 0
      if (performance.now() < until) return send()
      socket.destroy()
      resolve(next - start)
    })
  })
}

/** Asks once, and waits until nothing more comes. @returns {Promise<number>} */
function answerLength(port, request) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    let received = Buffer.alloc(0)
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const end = received.indexOf('\r\n\r\n')
      const body = Number(/content-length: (\d+)/i.exec(received.toString('latin1'))?.[1])
      if (end === -1 || received.length < end + 4 + body) return
      socket.destroy()
      if (isGood(received)) resolve(received.length)
      else reject(new Error(`got ${received}`))
    })
  })
}

const isGood = (answer) => answer.toString('latin1', 0, 12) === 'HTTP/1.1 200'
