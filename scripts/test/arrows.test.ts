import { describe, expect, it } from 'vitest'
import { type Import, importsOf, readSource, sourceFiles } from './sources.js'

/** Whether an import, which does not leave its folder, may be made. */
type Rule = (wanted: Import) => boolean

const isNode: Rule = ({ from }) => from.startsWith('node:')
const isType: Rule = ({ typeOnly }) => typeOnly
const isCore: Rule = ({ from }) => from === '@countersign/core'
const isVerify: Rule = ({ from }) => from === '@countersign/verify'
const isClient: Rule = ({ from }) => /^@countersign\/client(\/react)?$/.test(from)
const isReact: Rule = ({ from }) => /^react(\/jsx-runtime)?$/.test(from)
const isNext: Rule = ({ from }) => /^(next(\/.*)?|server-only)$/.test(from)
/** Only the part that is for its users. */
const isBetterAuth: Rule = ({ file, from }) =>
  /^better-auth(\/.*)?$/.test(from) && /^packages\/next\/src\/better-auth/.test(file)
const isAuthJs: Rule = ({ file, from }) =>
  /^next-auth$/.test(from) && /^packages\/next\/src\/auth-js/.test(file)
const isFoundation: Rule = ({ from }) => !from.startsWith('@countersign/')
/** An adapter knows the types of its framework, and nothing else of it. */
const isAdapted: Rule = ({ file, from, typeOnly }) =>
  typeOnly && file === `packages/verify/src/${from}.ts`

const either =
  (...rules: Rule[]): Rule =>
  (wanted) =>
    rules.some((rule) => rule(wanted))

/** DESIGN of the packages: arrows go one way. */
const RULES: Record<string, Rule> = {
  core: ({ from }) => from === 'node:crypto',
  verify: either(isCore, isNode, isAdapted),
  server: either(isCore, isFoundation),
  client: either(isType, isReact),
  next: either(isCore, isVerify, isClient, isNode, isReact, isNext, isBetterAuth, isAuthJs),
}

const describeImport = ({ file, from }: Import) => `${file}: ${from}`
const isRelative = ({ from }: Import) => from.startsWith('.')

function packageImports(name: string): Import[] {
  return sourceFiles([`packages/${name}/src`], ['.ts', '.tsx']).flatMap(importsOf)
}

describe('the arrows between packages', () => {
  it.each(Object.keys(RULES))('lets %s import only what lies below it', (name) => {
    const foreign = packageImports(name).filter((wanted) => !isRelative(wanted))

    const refused = foreign.filter((wanted) => !RULES[name]?.(wanted))

    expect(refused.map(describeImport)).toEqual([])
  })

  it('covers every package', () => {
    const folders = sourceFiles(['packages'], ['/package.json']).map((file) => file.split('/')[1])

    expect(folders.sort()).toEqual(Object.keys(RULES).sort())
  })

  it('keeps relative imports inside of their package and with their extension', () => {
    const all = Object.keys(RULES).flatMap(packageImports).filter(isRelative)

    const refused = all.filter(
      ({ file, from }) => !from.endsWith('.js') || leavesSource(file, from),
    )

    expect(refused.map(describeImport)).toEqual([])
  })

  it('lets only examples, end-to-end tests, benchmarks and scripts import the server', () => {
    const outside = sourceFiles(['packages'], ['.ts', '.tsx']).filter(
      (file) => !file.startsWith('packages/server/'),
    )

    const refused = outside
      .flatMap(importsOf)
      .filter(({ from }) => /countersign\/server/.test(from))

    expect(refused.map(describeImport)).toEqual([])
  })

  it.each([
    ["import { x } from '@countersign/server'", 'core'],
    ["import { x } from 'node:fs'", 'core'],
    ["import { z } from 'zod'", 'verify'],
    ["import { x } from '@countersign/core'", 'client'],
    ["import { x } from '@countersign/server'", 'next'],
    ["import { x } from 'better-auth'", 'next'],
    ["import { x } from '@countersign/verify'", 'server'],
  ])('refuses %s in %s', (statement, name) => {
    const from = /'(.+)'/.exec(statement)?.[1] ?? ''

    expect(RULES[name]?.({ file: `packages/${name}/src/x.ts`, from, typeOnly: false })).toBe(false)
  })
})

/** Whether a relative import climbs out of `packages/x/src`. */
function leavesSource(file: string, from: string): boolean {
  const depth = file.split('/').length - 'packages/x/src/'.split('/').length
  return (from.match(/\.\.\//g) ?? []).length > depth
}

describe('the style of the files', () => {
  const everywhere = ['packages', 'python', 'examples', 'e2e', 'bench', 'scripts']
  const code = sourceFiles(everywhere, ['.ts', '.tsx', '.mjs', '.css', '.sql', '.py'])

  it('keeps every file under 400 lines', () => {
    const long = code.filter((file) => readSource(file).split('\n').length > 400)

    expect(long).toEqual([])
  })

  it('gives every file a name that says what is in it', () => {
    const vague = code.filter((file) => /\/(utils?|helpers?|types|common|misc)\.\w+$/.test(file))

    expect(vague).toEqual([])
  })

  it('has no default export in a package', () => {
    const exporting = sourceFiles(['packages'], ['.ts', '.tsx']).filter((file) =>
      /^export default\b/m.test(readSource(file)),
    )

    expect(exporting.filter((file) => !file.endsWith('.config.ts'))).toEqual([])
  })
})
