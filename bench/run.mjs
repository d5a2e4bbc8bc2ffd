import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { machine } from './lib/report.mjs'
import { withSection } from './lib/sections.mjs'

const RESULTS = new URL('results.md', import.meta.url)

const { positionals: asked, values: flags } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    expiries: { type: 'string', default: '100' },
    only: { type: 'string' },
  },
})

/** Parts in order; `race` takes more than an hour. */
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
  storm: { title: 'A storm of logins', run: async () => (await import('./storm.mjs')).run() },
  timing: {
    title: 'Known or unknown, by the clock',
    run: async () => (await import('./timing.mjs')).run(),
  },
  import: { title: 'Imported users', run: async () => (await import('./import.mjs')).run() },
  page: {
    title: 'A signed-in page',
    run: async () => (await import('./page-cost.mjs')).run(),
  },
  thief: { title: 'Copied refresh tokens', run: async () => (await import('./thief.mjs')).run() },
  race: { title: 'Gestures that log a user out', run: race },
}

const HELP = `npm run bench                     every part; writes bench/results.md
npm run bench -- jwt …            some parts (${Object.keys(PARTS).join(', ')})
  --write                         puts them into bench/results.md, too
npm run bench -- race --expiries 5 --only todo,spa`

const unknown = asked.find((name) => !Object.hasOwn(PARTS, name))
if (unknown || flags.help) {
  console.log(HELP)
  process.exitCode = unknown ? 1 : 0
} else if (asked.length > 0) {
  await measureSome(asked)
} else {
  await measureAll()
}

async function measureAll() {
  const sections = [
    '# Results',
    'Printed by `npm run bench`. Ratios hold between machines better than figures do; they are of one run, with the contenders in turn.',
    `Machine: ${machine()}.`,
  ]
  for (const section of sections) console.log(`${section}\n`)
  for (const name of Object.keys(PARTS)) sections.push(await measure(name))
  await writeFile(RESULTS, `${sections.join('\n\n')}\n`)
}

/** @param {readonly string[]} names */
async function measureSome(names) {
  const now = machine()
  console.log(`Machine: ${now}.\n`)
  for (const name of names) {
    const section = await measure(name, `Machine: ${now}.`)
    if (!flags.write) continue
    await writeFile(RESULTS, withSection(await readFile(RESULTS, 'utf8'), section))
  }
}

/** @param {string} name @param {readonly string[]} notes before its results */
async function measure(name, ...notes) {
  const { title, run } = PARTS[name]
  const section = [`## ${title}`, ...notes, await run()].join('\n\n')
  console.log(`${section}\n`)
  return section
}

async function race() {
  const { run } = await import('./race.mjs')
  return run({ expiries: Number(flags.expiries), only: flags.only?.split(',') })
}
