import { describe, expect, it } from 'vitest'
import { verificationKeys } from '../src/jwks.js'
import { readVectors, thrownBy, type Vector } from './vectors.js'

interface KeySetInput {
  readonly jwks?: { keys: unknown[] }
}

interface KeySetExpect {
  readonly kids?: string[]
  readonly code?: string
}

const { vectors } = readVectors<{ vectors: Vector<KeySetInput, KeySetExpect>[] }>('keys')
const sets = vectors.filter(({ input }) => input.jwks !== undefined) as Vector<
  Required<KeySetInput>,
  KeySetExpect
>[]

describe('verificationKeys', () => {
  it.each(sets.filter(({ expect }) => expect.kids))('accepts $id: $why', (vector) => {
    const keys = verificationKeys(vector.input.jwks)

    expect(keys.map((key) => key.kid)).toEqual(vector.expect.kids)
  })

  it.each(sets.filter(({ expect }) => expect.code))('refuses $id: $why', (vector) => {
    expect(thrownBy(() => verificationKeys(vector.input.jwks))).toMatchObject({
      name: 'KeySetError',
      code: vector.expect.code,
    })
  })
})
