import { writeFile } from 'node:fs/promises'
import { machine } from './lib/report.mjs'

/** Parts in order; `gestures` takes minutes. */
const PARTS = {
  jwt: { title: 'Access tokens', run: async () => (await import('./jwt.mjs')).run() },
  adapters: { title: 'Protected routes', run: async () => (await import('./adapters.mjs')).run() },
  fastapi: {
    title: 'Protected routes in Python',
    run: async () => (await import('./fastapi.mjs')).run(),
  },
  refresh: { title: 'Refreshes', run: async () => (await import('./refresh.mjs')).run() },
  revocations: {
    title: 'From a logout to its refusal',
    run: async () => (await import('./revocations.mjs')).run(),
  },
  login: { title: 'Logins', run: async () => (await import('./login.mjs')).run() },
  import: { title: 'Imported users', run: async () => (await import('./import.mjs')).run() },
  gestures: { title: 'Gestures that log a user out', run: gestures },
}

const HELP = `npm run bench            every part; writes bench/results.md
npm run bench -- jwt …   some parts (${Object.keys(PARTS).join(', ')}); writes nothing`

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !Object.hasOwn(PARTS, name))
if (unknown) {
  console.log(HELP)
  process.exitCode = unknown === '--help' ? 0 : 1
} else {
  await measure(asked.length > 0 ? asked : Object.keys(PARTS))
}

/** @param {readonly string[]} names */
async function measure(names) {
  const sections = [
    '# Results',
    'Printed by `npm run bench`. Ratios hold between machines better than figures do; they are of one run, with the contenders in turn.',
    `Machine: ${machine()}.`,
  ]
  for (const section of sections) console.log(`${section}\n`)
  for (const name of names) {
    const { title, run } = PARTS[name]
    const section = `## ${title}\n\n${await run()}`
    console.log(`${section}\n`)
    sections.push(section)
  }
  if (asked.length > 0) return
  await writeFile(new URL('results.md', import.meta.url), `${sections.join('\n\n')}\n`)
}

async function gestures() {
  const { run } = await import('./gestures/run.mjs')
  const lines = []
  await run({ print: (line) => lines.push(line) })
  return ['```text', ...lines, '```'].join('\n')
}
