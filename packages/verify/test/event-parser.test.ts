import { describe, expect, it } from 'vitest'
import { createEventParser } from '../src/event-parser.js'

function parse(chunks: readonly string[], maxLength = 20): string[] {
  const found: string[] = []
  const parser = createEventParser({ onFrame: ({ data }) => found.push(data), maxLength })
  for (const chunk of chunks) parser.push(Buffer.from(chunk))
  return found
}

describe('the bounds of the event parser', () => {
  it('hold for a frame and not for a stream', () => {
    const frames = Array.from({ length: 100 }, (_, n) => `data: ${n}\n\n`)

    expect(parse([frames.join('')])).toHaveLength(100)
  })

  it.each([
    ['a line without end', ['data: 1234567890', '1234567890']],
    ['many lines of one frame', ['data: 123456\n', 'data: 123456\n', 'data: 123456\n']],
    ['a comment without end', [':', 'x'.repeat(20), 'y']],
  ])('refuse %s', (_, chunks) => {
    expect(() => parse(chunks)).toThrow('more than 20 characters')
  })

  it('read a long frame in small pieces without getting slow', () => {
    const piece = 'x'.repeat(100)
    const chunks = ['data: ', ...Array.from({ length: 100_000 }, () => piece), '\n\n']

    expect(parse(chunks, 20_000_000)[0]).toHaveLength(10_000_000)
  })
})
