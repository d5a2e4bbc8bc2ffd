const REQUIRED = [
  'COUNTERSIGN_URL',
  'COUNTERSIGN_AUDIENCE',
  'COUNTERSIGN_WEB_ORIGIN',
  'COUNTERSIGN_COOKIE_SECRET',
] as const

/** Ends the process with one sentence if a variable is missing. */
export function checkEnvironment(): void {
  const missing = REQUIRED.filter((name) => !process.env[name])
  if (missing.length === 0) return
  process.stderr.write(`web: ${missing.join(', ')} must be set; see examples/todo/README.md.\n`)
  process.exit(1)
}
