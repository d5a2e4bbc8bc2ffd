/**
 * Frames in the bytes of an event stream (WHATWG HTML section 9.2.6, "Interpreting an event stream").
 * @module
 */

/** One frame. `id` is the last id that the stream gave, or empty. */
export interface StreamFrame {
  readonly event: string
  readonly id: string
  readonly data: string
}

export interface EventParserOptions {
  readonly onFrame: (frame: StreamFrame) => void
  /** Longest line, and longest data of a frame, in characters. */
  readonly maxLength: number
}

export interface EventParser {
  /** @throws Error once a frame is longer than it may be; the stream must be given up then */
  push(chunk: Uint8Array): void
}

/** Reads one stream, however its bytes are cut. */
export function createEventParser({ onFrame, maxLength }: EventParserOptions): EventParser {
  // It drops one byte-order mark at the start, as the specification asks.
  const decoder = new TextDecoder()
  const frame = createFrame(onFrame, maxLength)
  let partial = ''
  let endedInCr = false

  function readLines(text: string): void {
    const ends = /\r\n|\r|\n/g
    let start = endedInCr && text.startsWith('\n') ? 1 : 0
    ends.lastIndex = start
    for (let end = ends.exec(text); end; end = ends.exec(text)) {
      frame.line(partial + text.slice(start, end.index))
      partial = ''
      start = ends.lastIndex
    }
    partial += text.slice(start)
    endedInCr = text.endsWith('\r')
    if (partial.length > maxLength) throw tooLong(maxLength)
  }

  return {
    push(chunk) {
      const text = decoder.decode(chunk, { stream: true })
      if (text !== '') readLines(text)
    },
  }
}

function createFrame(onFrame: (frame: StreamFrame) => void, maxLength: number) {
  let event = ''
  let id = ''
  let data: string[] = []
  let length = 0

  function dispatch(): void {
    const frame = { event: event || 'message', id, data: data.join('\n') }
    const isFrame = data.length > 0
    event = ''
    data = []
    length = 0
    if (isFrame) onFrame(frame)
  }

  function field(name: string, value: string): void {
    if (name === 'event') event = value
    else if (name === 'id' && !value.includes('\0')) id = value
    else if (name === 'data') {
      data.push(value)
      length += value.length + 1
      if (length > maxLength) throw tooLong(maxLength)
    }
  }

  return {
    line(line: string): void {
      const colon = line.indexOf(':')
      const start = line[colon + 1] === ' ' ? colon + 2 : colon + 1
      if (line === '') dispatch()
      else if (colon === -1) field(line, '')
      else field(line.slice(0, colon), line.slice(start))
    },
  }
}

function tooLong(maxLength: number): Error {
  return new Error(`a frame of the feed has more than ${maxLength} characters`)
}
