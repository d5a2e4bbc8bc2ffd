import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { USER_AGENT_HEADER } from '@countersign/core'
import { portOf } from './ports.js'

/** A request that went through a door; `status` is missing while it is not answered. */
export interface Passage {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** The user agent, also where a web server states it for its visitor. */
  readonly agent: string
  /** When it came, in milliseconds since 1970. */
  readonly at: number
  status?: number
}

/** Chooses passages. */
export type Which = (passage: Passage) => boolean

/** A refresh at an auth server. */
export const isRefresh: Which = ({ method, path }) =>
  method === 'POST' && path === '/api/auth/refresh'

/** A reverse proxy in front of servers: it counts, takes turns, and can spoil answers. */
export interface Door {
  readonly port: number
  readonly passages: readonly Passage[]
  count(which: Which): number
  /**
   * From now on the server does what it is asked, and the caller never hears of it: its connection
   * breaks. Until `undefined` is passed.
   */
  loseAnswers(which: Which | undefined): void
  /** From now on the server is not asked: the caller is told of an error of the server. */
  failAnswers(which: Which): void
  /** From now on answers leave that much later than they came. */
  delayAnswers(which: Which, milliseconds: number): void
  close(): Promise<void>
}

/** Opens a door on `port`; requests go to the targets in turn, one each. Nothing is shared between them. */
export async function openDoor(port: number, targets: readonly number[]): Promise<Door> {
  const passages: Passage[] = []
  const spoilt: Spoilt = { isLost: never, isFailed: never, isLate: never, late: 0 }
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const passage = passageOf(incoming)
    passages.push(passage)
    const target = targets[turn++ % targets.length]
    forward({ incoming, outgoing, target, passage, spoilt })
  })
  await listen(server, port)
  return {
    port: portOf(server),
    passages,
    count: (which) => passages.filter(which).length,
    loseAnswers: (which) => {
      spoilt.isLost = which ?? never
    },
    failAnswers: (which) => {
      spoilt.isFailed = which
    },
    delayAnswers: (which, milliseconds) => {
      spoilt.isLate = which
      spoilt.late = milliseconds
    },
    close: () => close(server),
  }
}

/** What happens to which answers. */
interface Spoilt {
  isLost: Which
  isFailed: Which
  isLate: Which
  late: number
}

const never: Which = () => false

interface Forwarding {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly target: number | undefined
  readonly passage: Passage
  readonly spoilt: Spoilt
}

function forward({ incoming, outgoing, target, passage, spoilt }: Forwarding): void {
  if (spoilt.isFailed(passage)) {
    incoming.resume()
    passage.status = 500
    outgoing.writeHead(500).end()
    return
  }
  const { method, url: path } = incoming
  const headers = { ...incoming.headers, connection: 'close' }
  // A connection of its own: one that was kept may be closed by the server at this very moment.
  const options = { host: '127.0.0.1', port: target, method, path, headers, agent: false }
  const onward = httpRequest(options, async (answer) => {
    passage.status = answer.statusCode ?? 0
    answer.on('error', () => incoming.socket.destroy())
    if (spoilt.isLost(passage)) {
      await buffer(answer).catch(() => {})
      incoming.socket.destroy()
      return
    }
    if (spoilt.isLate(passage)) await delay(spoilt.late)
    outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders))
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

function passageOf({ method = '', url = '/', headers }: IncomingMessage): Passage {
  const agent = headers[USER_AGENT_HEADER.toLowerCase()] ?? headers['user-agent'] ?? ''
  return { method, path: url.split('?')[0] ?? url, agent: String(agent), at: Date.now() }
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
