/**
 * Error correction of QR codes at level M (ISO/IEC 18004): Reed-Solomon over GF(256) with the
 * polynomial x^8 + x^4 + x^3 + x^2 + 1.
 * @module
 */

/** Per version from 1: codewords of error correction in each block, and blocks. Level M. */
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26]
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16]

/** Codewords of a version, data and correction together. */
function codewordsOf(version: number): number {
  const alignments = version === 1 ? 0 : Math.floor(version / 7) + 2
  const modules = (16 * version + 128) * version + 64
  const alignment = version === 1 ? 0 : (25 * alignments - 10) * alignments - 55
  return Math.floor((modules - alignment - (version >= 7 ? 36 : 0)) / 8)
}

/** Codewords of a version that carry data. Undefined for versions that are not known here. */
export function capacityOf(version: number): number | undefined {
  const correction = CORRECTION[version - 1]
  const blocks = BLOCKS[version - 1]
  return correction && blocks ? codewordsOf(version) - correction * blocks : undefined
}

/** Splits data into blocks, adds the correction of each, and interleaves them all. */
export function withCorrection(data: readonly number[], version: number): number[] {
  const correction = CORRECTION[version - 1] ?? 0
  const count = BLOCKS[version - 1] ?? 1
  const shortLength = Math.floor(data.length / count)
  const longBlocks = data.length % count
  const divisor = divisorOf(correction)
  const blocks: number[][] = []
  for (let index = 0, start = 0; index < count; index += 1) {
    const end = start + shortLength + (index >= count - longBlocks ? 1 : 0)
    blocks.push(data.slice(start, end))
    start = end
  }
  const checks = blocks.map((block) => remainderOf(block, divisor))
  return [...interleave(blocks), ...interleave(checks)]
}

function interleave(blocks: readonly number[][]): number[] {
  const longest = Math.max(...blocks.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) =>
    blocks.flatMap((block) => (index < block.length ? [block[index] ?? 0] : [])),
  ).flat()
}

/** Coefficients of (x - 1)(x - 2)(x - 4)… without the leading one. */
function divisorOf(degree: number): number[] {
  let result = [...Array<number>(degree - 1).fill(0), 1]
  for (let index = 0, root = 1; index < degree; index += 1, root = multiply(root, 2)) {
    const factor = root
    result = result.map((value, at) => multiply(value, factor) ^ (result[at + 1] ?? 0))
  }
  return result
}

function remainderOf(data: readonly number[], divisor: readonly number[]): number[] {
  let result = divisor.map(() => 0)
  for (const value of data) {
    const factor = value ^ (result[0] ?? 0)
    result = divisor.map((part, at) => (result[at + 1] ?? 0) ^ multiply(part, factor))
  }
  return result
}

function multiply(x: number, y: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d)
    product ^= ((y >>> bit) & 1) * x
  }
  return product
}
