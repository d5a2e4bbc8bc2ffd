import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSource, sourceFiles } from './sources.js'

/** Files and words of the two programs that run the vectors. */
const RUNNERS = {
  typescript: {
    files: sourceFiles(['packages'], ['.test.ts']),
    reads: /readVectors<[^']*?>\(\s*'([\w-]+)'|spec\/vectors\/([\w-]+)\.json/g,
  },
  python: { files: ['python/tests/test_vectors.py'], reads: /^ {4}"([\w-]+)": run_/gm },
} as const

const vectorFiles = sourceFiles(['spec/vectors'], ['.json']).map((file) => basename(file, '.json'))

describe.each(Object.entries(RUNNERS))('the vectors, in %s', (_, { files, reads }) => {
  const sources = files.map((file) => ({ file, code: readSource(file) }))
  const running = sources.filter(({ code }) => code.match(reads))

  it('are run, every file of them', () => {
    const read = running.flatMap(({ code }) =>
      [...code.matchAll(reads)].map(([, one, other]) => one ?? other),
    )

    expect(vectorFiles.filter((name) => !read.includes(name))).toEqual([])
  })

  it('are run without a list of exceptions', () => {
    const skipping = running.filter(({ code }) =>
      /\bskip(if|ped)?\b|\bxfail\b|\.(todo|only)\b/i.test(code),
    )

    expect(skipping.map(({ file }) => file)).toEqual([])
  })
})

describe('every vector', () => {
  it.each(vectorFiles)('of %s has a name of its own and says why', (name) => {
    const { vectors } = JSON.parse(readSource(`spec/vectors/${name}.json`))
    const ids = vectors.map(({ id }: { id: string }) => id)

    expect(new Set(ids).size).toBe(ids.length)
    expect(vectors.every(({ why }: { why: unknown }) => typeof why === 'string')).toBe(true)
  })
})
