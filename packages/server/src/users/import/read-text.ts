import { open } from 'node:fs/promises'

const CHUNK_BYTES = 256 * 1024
/** What a decoder writes where the bytes are not UTF-8. */
const REPLACEMENT = '\ufffd'

export interface TextChunk {
  readonly text: string
  /** How far the file was read, in bytes. */
  readonly bytes: number
}

/**
 * Refuses a file that is not UTF-8 before a row of it is read: half an import with broken names is
 * worse than none. A byte-order mark of UTF-8 is no fault.
 * @throws Error with one sentence that says which encoding it seems to have
 */
export async function assertUtf8(file: string): Promise<void> {
  let line = 1
  try {
    for await (const { text } of readText(file)) line += text.split('\n').length - 1
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error
    const where = error.kind === 'UTF-16' ? '' : ` (line ${line + error.linesBefore})`
    throw new Error(`the file is ${error.kind}, not UTF-8${where}: convert it, as with iconv`)
  }
}

/** The text of a file, a piece at a time, without its byte-order mark. */
export async function* readText(file: string): AsyncGenerator<TextChunk> {
  const handle = await open(file).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`the file cannot be read (${cause.code})`, { cause })
  })
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  let bytes = 0
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null)
      const piece = buffer.subarray(0, bytesRead)
      if (bytes === 0) assertNotUtf16(piece)
      bytes += bytesRead
      const text = decode(decoder, piece, bytesRead > 0)
      if (text !== '') yield { text, bytes }
      if (bytesRead === 0) return
    }
  } finally {
    await handle.close()
  }
}

class NotUtf8 extends Error {
  readonly kind: string
  /** In the piece that could not be read, before the first wrong byte. */
  readonly linesBefore: number

  constructor(kind: string, linesBefore = 0) {
    super(`the file is ${kind}, not UTF-8`)
    this.kind = kind
    this.linesBefore = linesBefore
  }
}

/** By its mark, or by the zeros that text of UTF-8 never has. */
function assertNotUtf16(start: Buffer): void {
  const [first, second] = start
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (isMarked || start.subarray(0, 4096).includes(0)) throw new NotUtf8('UTF-16')
}

function decode(decoder: InstanceType<typeof TextDecoder>, piece: Buffer, stream: boolean): string {
  try {
    return decoder.decode(piece, { stream })
  } catch {
    const [good = ''] = new TextDecoder().decode(piece).split(REPLACEMENT, 1)
    const kind = 'of another encoding, such as Latin-1 or Windows-1252'
    throw new NotUtf8(kind, good.split('\n').length - 1)
  }
}
