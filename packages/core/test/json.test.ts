import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deepFreeze, parseJsonObject } from '../src/json.js'

const parse = (text: string) => parseJsonObject(Buffer.from(text))

describe('parseJsonObject', () => {
  it('reads every object that JSON.stringify writes', () => {
    const anyObject = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }))
    fc.assert(
      fc.property(anyObject, fc.constantFrom('', ' ', '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space)

        expect(parse(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('refuses every object with one member written twice', () => {
    const anyObject = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1 })
    const anySpace = fc.constantFrom('', ' ', '\n', ' \t\r\n ')
    fc.assert(
      fc.property(anyObject, fc.nat(), fc.jsonValue(), anySpace, (value, pick, other, space) => {
        const names = Object.keys(value)
        const name = JSON.stringify(names[pick % names.length])
        const text = JSON.stringify(value)
        const twice = `{${name}${space}:${JSON.stringify(other)},${text.slice(1)}`

        expect(parse(twice)).toBeUndefined()
      }),
    )
  })

  it.each([
    ['a deep duplicate', '{"a":[{"b":1,"b":2}]}'],
    ['a duplicate behind an escaped quote', '{"a":"\\"","b":1,"b":2}'],
    ['a duplicate behind escaped backslashes', '{"a":"\\\\","b":1,"b":2}'],
    ['a duplicate of __proto__', '{"__proto__":1,"__proto__":2}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"a"'],
    ['nothing', ''],
    ['33 levels of lists', `{"a":${'['.repeat(33)}${']'.repeat(33)}}`],
    ['a byte-order mark', '\uFEFF{}'],
  ])('refuses %s', (_, text) => {
    expect(parse(text)).toBeUndefined()
  })

  it.each([
    ['32 levels of lists', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`],
    ['colons and quotes in texts', '{"a":":\\":","b":"\\\\\\":"}'],
    ['a member named __proto__', '{"__proto__":{"a":1}}'],
    ['white space everywhere', ' {\t"a" :\n[ { } ] } '],
  ])('accepts %s', (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text))
  })

  it('refuses invalid UTF-8', () => {
    expect(parseJsonObject(Buffer.from('{"a":"\xff"}', 'latin1'))).toBeUndefined()
  })

  it('answers in linear time for texts full of backslashes', () => {
    const text = `{"a":"${'\\\\'.repeat(500_000)}","b" :1}`
    const start = performance.now()

    expect(parse(text)).toBeDefined()
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('deepFreeze', () => {
  it('freezes what is inside', () => {
    const value = deepFreeze({ a: [{ b: 1 }], c: null })

    expect(Object.isFrozen(value.a[0])).toBe(true)
  })
})
