import { readFileSync } from 'node:fs'

/** One case of a file in `spec/vectors`. */
export interface Vector<Input, Expect> {
  readonly id: string
  readonly why: string
  readonly input: Input
  readonly expect: Expect
}

/** Reads `spec/vectors/<name>.json`. */
export function readVectors<File>(name: string): File {
  const url = new URL(`../../../spec/vectors/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as File
}

/** What `run` throws; fails if it does not. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
