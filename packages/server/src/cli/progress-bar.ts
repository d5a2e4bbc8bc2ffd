const WIDTH = 30
const EVERY_MS = 100

/** How far long work is, on a terminal only and never among what is printed. */
export function progressBar(total: number, json: boolean | undefined) {
  const { stderr } = process
  const isShown = Boolean(stderr.isTTY) && !json
  const began = performance.now()
  let last = Number.NEGATIVE_INFINITY
  return {
    /** @param done of `total` @param count what was worked on */
    show(done: number, count: number): void {
      const now = performance.now()
      if (!isShown || now - last < EVERY_MS) return
      last = now
      const part = total === 0 ? 1 : Math.min(1, done / total)
      const full = Math.round(part * WIDTH)
      const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full)
      const rate = Math.round(count / Math.max(0.001, (now - began) / 1000))
      const percent = `${Math.floor(part * 100)} %`.padStart(5)
      stderr.write(`\r${bar} ${percent}  ${count} rows, ${rate} a second `)
    },
    /** Takes it away again. */
    end(): void {
      if (last > 0) stderr.write('\r\u001b[2K')
      last = Number.NEGATIVE_INFINITY
    },
  }
}
