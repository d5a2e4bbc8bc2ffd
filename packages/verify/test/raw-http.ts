import { connect } from 'node:net'

export interface RawRequest {
  readonly method?: string
  readonly path: string
  /** Lines as they go out, without any check: `Authorization: Bearer …`. */
  readonly headers?: readonly string[]
  readonly body?: string
}

export interface RawAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Sends bytes that no HTTP client would send, and reads the answer. */
export function sendRaw(port: number, request: RawRequest): Promise<RawAnswer> {
  const { method = 'GET', path, headers = [], body = '' } = request
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers]
  if (body) lines.push(`Content-Length: ${Buffer.byteLength(body)}`)
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let received = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(readAnswer(received)))
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  })
}

function readAnswer(received: string): RawAnswer {
  const end = received.indexOf('\r\n\r\n')
  const [first = '', ...lines] = received.slice(0, end).split('\r\n')
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  const body = received.slice(end + 4)
  return { status: Number(first.split(' ')[1]), headers, body: unchunk(headers, body) }
}

function unchunk(headers: ReadonlyMap<string, string>, body: string): string {
  if (headers.get('transfer-encoding') !== 'chunked') return body
  let text = ''
  let rest = body
  for (;;) {
    const line = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.slice(0, line), 16)
    if (!(size > 0)) return text
    text += rest.slice(line + 2, line + 2 + size)
    rest = rest.slice(line + 4 + size)
  }
}
