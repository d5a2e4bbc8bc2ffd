import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A file as it should be. */
export interface ProjectFile {
  /** Relative to the folder of the project. */
  readonly path: string
  readonly content: string
  /** Whether its lines are settings, of which some may be there already. */
  readonly lines?: boolean
}

export interface PlannedFile extends ProjectFile {
  /** `merge`: another file is there, which stays as it is; `content` is what it lacks. */
  readonly state: 'new' | 'same' | 'merge'
}

/** Compares files with what is there. Nothing is written. */
export function planFiles(root: string, files: readonly ProjectFile[]): readonly PlannedFile[] {
  return files.map((file) => {
    const there = read(join(root, file.path))
    if (there === undefined) return { ...file, state: 'new' }
    const content = file.lines ? missingLines(there, file.content) : file.content
    const isSame = content === '' || there.trim() === content.trim()
    return isSame ? { ...file, state: 'same' } : { ...file, content, state: 'merge' }
  })
}

/**
 * Writes what is new. A file that came to be meanwhile is not overwritten.
 * @returns the paths that were written
 */
export function writeFiles(root: string, files: readonly PlannedFile[]): readonly string[] {
  const written = files.filter(({ state }) => state === 'new')
  for (const { path, content } of written) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content, { flag: 'wx' })
  }
  return written.map(({ path }) => path)
}

/** Settings that a file does not name yet, with the comments before them. */
function missingLines(there: string, wanted: string): string {
  const named = new Set(
    [...there.matchAll(/^\s*#?\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name),
  )
  const kept: string[] = []
  let comments: string[] = []
  for (const line of wanted.split('\n')) {
    const [, name] = /^([A-Z][A-Z0-9_]*)=/.exec(line) ?? []
    if (line.startsWith('#')) comments.push(line)
    else if (name === undefined || named.has(name)) comments = []
    else kept.push(...comments.splice(0), line)
  }
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
