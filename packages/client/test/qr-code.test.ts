import jsQRModule from 'jsqr'
import { describe, expect, it } from 'vitest'
import { qrCode } from '../src/forms/qr-code.js'

// The package is CommonJS, whose default export types and Node see differently.
const read = jsQRModule as unknown as typeof jsQRModule.default

/** What a camera app reads, from a picture with four points per module and a quiet zone. */
function readBack(text: string): string | undefined {
  const rows = qrCode(text)
  const scale = 4
  const size = (rows.length + 8) * scale
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255)
  rows.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (!isDark) return
      for (let dy = 0; dy < scale; dy += 1) {
        const start = ((y + 4) * scale + dy) * size + (x + 4) * scale
        for (let dx = 0; dx < scale; dx += 1) pixels.fill(0, (start + dx) * 4, (start + dx) * 4 + 3)
      }
    })
  })
  return read(pixels, size, size)?.data
}

describe('qrCode', () => {
  // 14, 26, 42, 62, 84, 106, 122, 152, 180 and 213 bytes fill versions 1 to 10.
  it.each([1, 14, 15, 26, 40, 60, 84, 106, 122, 123, 152, 180, 213, 214, 300, 450, 660])(
    'makes a picture of %i characters that a reader understands',
    (length) => {
      const text = 'otpauth://totp/Countersign:ada%40example.com?secret='
        .repeat(13)
        .slice(0, length)

      expect(readBack(text)).toBe(text)
    },
  )

  it('keeps every character', () => {
    const text = 'otpauth://totp/Käse:ada@b.test?secret=JBSW&issuer=日本'

    expect(readBack(text)).toBe(text)
  })

  it('refuses what is too long to be scanned from a screen', () => {
    expect(() => qrCode('x'.repeat(700))).toThrow(RangeError)
  })
})
