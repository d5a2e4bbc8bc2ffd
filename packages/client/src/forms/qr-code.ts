import { capacityOf, withCorrection } from './qr-blocks.js'

/**
 * A QR code of a text: rows of modules, true for dark (ISO/IEC 18004, byte mode, level M). The mask is
 * always the chequered one, which any reader takes. Throws `RangeError` for more than 660 bytes.
 */
export function qrCode(text: string): readonly (readonly boolean[])[] {
  const bytes = new TextEncoder().encode(text)
  const version = versionFor(bytes.length)
  const codewords = withCorrection(dataOf(bytes, version), version)
  const grid = new Grid(version)
  grid.drawPatterns()
  grid.drawData(codewords)
  return grid.rows
}

/** Bits of the length in byte mode. */
const lengthBits = (version: number) => (version < 10 ? 8 : 16)

function versionFor(length: number): number {
  for (let version = 1; ; version += 1) {
    const capacity = capacityOf(version)
    if (capacity === undefined) throw new RangeError('The text is too long for a QR code')
    if (4 + lengthBits(version) + 8 * length <= 8 * capacity) return version
  }
}

/** Mode, length, bytes and padding. */
function dataOf(bytes: Uint8Array, version: number): number[] {
  const capacity = capacityOf(version) ?? 0
  const header = `0100${bits(bytes.length, lengthBits(version))}`
  const all = header + Array.from(bytes, (byte) => bits(byte, 8)).join('')
  const closed = all.padEnd(Math.min(8 * capacity, all.length + 4), '0')
  const whole = closed.padEnd(Math.ceil(closed.length / 8) * 8, '0')
  const data = (whole.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))
  for (let pad = 0xec; data.length < capacity; pad ^= 0xec ^ 0x11) data.push(pad)
  return data
}

function bits(value: number, length: number): string {
  return value.toString(2).padStart(length, '0')
}

/** The modules of one code, and which of them are patterns. */
class Grid {
  readonly #version: number
  readonly #size: number
  readonly rows: boolean[][]
  readonly #isPattern: boolean[][]

  constructor(version: number) {
    this.#version = version
    this.#size = 4 * version + 17
    const empty = () => Array.from({ length: this.#size }, () => Array(this.#size).fill(false))
    this.rows = empty()
    this.#isPattern = empty()
  }

  drawPatterns(): void {
    const end = this.#size - 1
    for (let at = 0; at <= end; at += 1) {
      this.#set(6, at, at % 2 === 0)
      this.#set(at, 6, at % 2 === 0)
    }
    for (const [x, y] of [
      [3, 3],
      [end - 3, 3],
      [3, end - 3],
    ] as const) {
      this.#drawSquares(x, y, 4)
    }
    this.#drawAlignments()
    this.#drawFormat()
    this.#drawVersion()
  }

  /** Fills what is no pattern with data and mask. */
  drawData(codewords: readonly number[]): void {
    let index = 0
    for (const [x, y] of this.#places()) {
      if (this.#isPattern[y]?.[x]) continue
      const bit = ((codewords[index >>> 3] ?? 0) >>> (7 - (index & 7))) & 1
      this.#put(x, y, (bit === 1) !== ((x + y) % 2 === 0))
      index += 1
    }
  }

  /** Every module in columns of two from the right, up and down in turns; the timing column is none. */
  *#places(): Generator<readonly [x: number, y: number]> {
    const rights = Array.from({ length: (this.#size - 1) / 2 }, (_, at) => this.#size - 1 - 2 * at)
    for (const [turn, even] of rights.entries()) {
      const right = even <= 6 ? even - 1 : even
      for (let step = 0; step < this.#size; step += 1) {
        const y = turn % 2 === 0 ? this.#size - 1 - step : step
        yield [right, y]
        yield [right - 1, y]
      }
    }
  }

  /** Squares in one another: dark in the middle, then light, then dark; `reach` 4 has a light rim. */
  #drawSquares(x: number, y: number, reach: number): void {
    for (let dy = -reach; dy <= reach; dy += 1) {
      for (let dx = -reach; dx <= reach; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy))
        const isDark = reach === 4 ? ring !== 2 && ring !== 4 : ring !== 1
        this.#set(x + dx, y + dy, isDark)
      }
    }
  }

  #drawAlignments(): void {
    if (this.#version === 1) return
    const count = Math.floor(this.#version / 7) + 2
    const step = Math.ceil((4 * this.#version + 4) / (2 * count - 2)) * 2
    const places = Array.from({ length: count - 1 }, (_, at) => this.#size - 7 - at * step)
    places.push(6)
    const last = this.#size - 7
    const isFinder = (x: number, y: number) =>
      (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6)
    for (const x of places) {
      for (const y of places) if (!isFinder(x, y)) this.#drawSquares(x, y, 2)
    }
  }

  /** Level M is 00 and the mask 000, so only the fixed pattern is left of the 15 bits. */
  #drawFormat(): void {
    const format = 0x5412
    const end = this.#size - 1
    const near = [0, 1, 2, 3, 4, 5, 7, 8]
    for (let bit = 0; bit < 15; bit += 1) {
      const isDark = ((format >>> bit) & 1) === 1
      if (bit < 8) this.#set(8, near[bit] ?? 0, isDark)
      else this.#set(bit === 8 ? 7 : 14 - bit, 8, isDark)
      if (bit < 8) this.#set(end - bit, 8, isDark)
      else this.#set(8, end - 14 + bit, isDark)
    }
    this.#set(8, end - 7, true)
  }

  /** From version 7 on: its number with a BCH code, twice. */
  #drawVersion(): void {
    if (this.#version < 7) return
    let rest = this.#version
    for (let round = 0; round < 12; round += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25)
    const value = (this.#version << 12) | rest
    for (let bit = 0; bit < 18; bit += 1) {
      const isDark = ((value >>> bit) & 1) === 1
      const far = this.#size - 11 + (bit % 3)
      const near = Math.floor(bit / 3)
      this.#set(far, near, isDark)
      this.#set(near, far, isDark)
    }
  }

  /** A module of a pattern; what lies outside is left out. */
  #set(x: number, y: number, isDark: boolean): void {
    if (x < 0 || y < 0 || x >= this.#size || y >= this.#size) return
    this.#put(x, y, isDark)
    const row = this.#isPattern[y]
    if (row) row[x] = true
  }

  #put(x: number, y: number, isDark: boolean): void {
    const row = this.rows[y]
    if (row) row[x] = isDark
  }
}
