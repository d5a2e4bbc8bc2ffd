import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { buffer } from 'node:stream/consumers'
import { portOf } from './ports.js'

/** A request that went through a door; `status` is missing while it is not answered. */
export interface Passage {
  readonly method: string
  /** Without the query. */
  readonly path: string
  status?: number
}

/** Chooses passages. */
export type Which = (passage: Passage) => boolean

/** A refresh at an auth server. */
export const isRefresh: Which = ({ method, path }) =>
  method === 'POST' && path === '/api/auth/refresh'

/** A reverse proxy in front of servers: it counts, takes turns, and can lose answers. */
export interface Door {
  readonly port: number
  readonly passages: readonly Passage[]
  count(which: Which): number
  /**
   * From now on the server does what it is asked, and the caller never hears of it: its connection
   * breaks. Until `undefined` is passed.
   */
  loseAnswers(which: Which | undefined): void
  close(): Promise<void>
}

/** Opens a door on `port`; requests go to the targets in turn, one each. Nothing is shared between them. */
export async function openDoor(port: number, targets: readonly number[]): Promise<Door> {
  const passages: Passage[] = []
  let turn = 0
  let isLost: Which = () => false
  const server = createServer((incoming, outgoing) => {
    const passage: Passage = { method: incoming.method ?? '', path: pathOf(incoming) }
    passages.push(passage)
    const target = targets[turn++ % targets.length]
    forward({ incoming, outgoing, target }, (answer) => {
      passage.status = answer.statusCode ?? 0
      return isLost(passage)
    })
  })
  await listen(server, port)
  return {
    port: portOf(server),
    passages,
    count: (which) => passages.filter(which).length,
    loseAnswers: (which) => {
      isLost = which ?? (() => false)
    },
    close: () => close(server),
  }
}

interface Forwarding {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly target: number | undefined
}

/** `isLost` is asked when the answer has begun; a lost one is read to its end first. */
function forward(
  { incoming, outgoing, target }: Forwarding,
  isLost: (answer: IncomingMessage) => boolean,
): void {
  const { method, url: path } = incoming
  const headers = { ...incoming.headers, connection: 'close' }
  // A connection of its own: one that was kept may be closed by the server at this very moment.
  const options = { host: '127.0.0.1', port: target, method, path, headers, agent: false }
  const onward = httpRequest(options, async (answer) => {
    if (isLost(answer)) {
      await buffer(answer).catch(() => {})
      incoming.socket.destroy()
      return
    }
    outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders))
    answer.on('error', () => incoming.socket.destroy())
    answer.pipe(outgoing)
  })
  // A server that is gone looks to the caller as if there were no door.
  onward.on('error', () => incoming.socket.destroy())
  incoming.pipe(onward)
}

const HOP_BY_HOP = ['connection', 'keep-alive']

/** Names and values in turn, without those that are about one connection only. */
function endToEnd(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, i) => {
    const name = rawHeaders[i - (i % 2)] ?? ''
    return !HOP_BY_HOP.includes(name.toLowerCase())
  })
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?')[0] ?? url
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
