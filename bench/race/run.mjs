import { startAuthJs } from '../../e2e/race/auth-js-system.js'
import { GESTURES, runLab } from '../../e2e/race/lab.js'
import { startSpa } from '../../e2e/race/spa-system.js'
import { startTodo } from '../../e2e/race/todo-system.js'
import { buildExamples } from '../../scripts/lib/examples.mjs'
import { startNextAuth } from './next-auth.mjs'
import { raceTables } from './table.mjs'

/** Users at a time, so that the machine is busy and not drowned. */
const JAR_USERS = 40
const TAB_USERS = 16

/** In the order of the columns. */
const SYSTEMS = [
  { name: 'next-auth', start: startNextAuth },
  { name: 'todo', start: startTodo },
  { name: 'spa', start: startSpa },
  { name: 'auth-js', start: startAuthJs },
]

/**
 * Every gesture in every system, with one instance of it and with two.
 * @param {{ expiries: number, only?: readonly string[], print: (line: string) => void }} options
 * @returns {Promise<string>} tables
 */
export async function runAll({ expiries, only, print }) {
  await buildExamples(print)
  const findings = []
  for (const { name, start } of SYSTEMS) {
    if (only && !only.includes(name)) continue
    for (const instances of [1, 2]) {
      const began = performance.now()
      const found = await runLab(() => start({ instances }), {
        expiries,
        jarUsers: JAR_USERS,
        tabUsers: TAB_USERS,
      })
      const minutes = ((performance.now() - began) / 60_000).toFixed(1)
      print(`${name} × ${instances}: ${minutes} minutes`)
      print(raceTables(GESTURES, [found]))
      findings.push(found)
    }
  }
  return raceTables(GESTURES, findings)
}
