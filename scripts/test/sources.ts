import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { filesBelow } from '../lib/fingerprint.mjs'
import { ROOT } from '../lib/paths.mjs'

export interface Import {
  /** File that imports, from the root of the repository. */
  readonly file: string
  readonly from: string
  readonly typeOnly: boolean
}

/** Files below folders of the repository that have one of the extensions, from its root. */
export function sourceFiles(folders: readonly string[], extensions: readonly string[]): string[] {
  return folders
    .flatMap((folder) => filesBelow(join(ROOT, folder)))
    .filter((file) => extensions.some((extension) => file.endsWith(extension)))
    .map((file) => relative(ROOT, file))
}

export const readSource = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

/** Every import of a file: statements, re-exports, `import()`. Comments are left out. */
export function importsOf(file: string): Import[] {
  const code = readSource(file).replace(/^\s*(\/?\*|\/\/).*$/gm, '')
  const statements = /^\s*(?:import|export)\s+(type\s)?[\w\s{},*$]*?\bfrom\s*['"]([^'"]+)['"]/gm
  const bare = /^\s*import\s*['"]([^'"]+)['"]/gm
  const dynamic = /\bimport\(\s*['"]([^'"]+)['"]/g
  const named = [...code.matchAll(statements)].map((match) => ({
    file,
    from: match[2] ?? '',
    typeOnly: match[1] !== undefined,
  }))
  const others = [...code.matchAll(bare), ...code.matchAll(dynamic)]
  return [...named, ...others.map((match) => ({ file, from: match[1] ?? '', typeOnly: false }))]
}
