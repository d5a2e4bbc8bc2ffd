import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import * as exitCodes from '../src/cli/exit-codes.js'
import { createProgram } from '../src/cli/program.js'
import { RULES } from '../src/conformance/rules.js'

const DOCUMENT = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')

/** Commands that do something, as they are typed. */
function commands(command: Command, path = command.name()): [string, Command][] {
  if (command.commands.length > 0) {
    return command.commands.flatMap((child) => commands(child, `${path} ${child.name()}`))
  }
  const args = command.registeredArguments.map((argument) =>
    argument.required ? ` <${argument.name()}>` : ` [${argument.name()}]`,
  )
  return [[path + args.join(''), command]]
}

/** The text below each heading that is a command. */
const sections = new Map(
  DOCUMENT.split(/^(?=#{2,3} )/m).flatMap((section) => {
    const [, name] = /^#{2,3} `(countersign [^`]+)`\n/.exec(section) ?? []
    return name ? [[name, section] as const] : []
  }),
)

/** The first cells of the tables in a text. */
const cells = (text: string) => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell)

describe('docs/cli.md', () => {
  const known = commands(createProgram())

  it('has every command with its arguments, and none that is not there', () => {
    expect([...sections.keys()].sort()).toEqual(known.map(([name]) => name).sort())
  })

  it.each(known)('has every flag of %s, and none that is not there', (name, command) => {
    const flags = command.options.map((option) => option.flags)

    expect(
      cells(sections.get(name) ?? '')
        .filter((cell) => cell?.startsWith('-'))
        .sort(),
    ).toEqual(flags.sort())
  })

  it('has every exit code', () => {
    const table = DOCUMENT.slice(DOCUMENT.indexOf('## Exit codes'))
    const codes = cells(table.split(/^## /m)[1] ?? '').map(Number)

    expect(codes).toEqual([0, 1, ...Object.values(exitCodes)])
  })

  it('has every rule, in the words of the report', () => {
    const rows = [...DOCUMENT.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, rule, text]) => [
      rule,
      text,
    ])

    expect(rows.filter(([rule]) => rule && rule in RULES)).toEqual(Object.entries(RULES))
  })
})
