import { describe, expect, it } from 'vitest'
import * as problems from '../../packages/core/src/problem.js'
import * as protocol from '../../packages/core/src/protocol.js'
import { readSource } from './sources.js'

const pinned = JSON.parse(readSource('spec/protocol.json'))

/** `REFRESH_COOKIE` as JSON writes it: `refreshCookie`. */
function jsonName(constant: string): string {
  return constant.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function constantsOf(module: object): Record<string, unknown> {
  const constants = Object.entries(module).filter(([name]) => /^[A-Z_]+$/.test(name))
  return Object.fromEntries(constants.map(([name, value]) => [jsonName(name), value]))
}

describe('spec/protocol.json', () => {
  it('says what the code says, no more and no less', () => {
    const { bearerChallenges, ...constants } = pinned

    expect({ ...constantsOf(protocol), ...constantsOf(problems) }).toEqual(constants)
  })

  it('has the challenge of every code', () => {
    const codes = Object.keys(problems.PROBLEMS) as problems.ErrorCode[]

    const challenges = codes.flatMap((code) => {
      const challenge = problems.bearerChallenge(code)
      return challenge ? [[code, challenge]] : []
    })

    expect(Object.fromEntries(challenges)).toEqual(pinned.bearerChallenges)
  })
})
