import { authApi, call } from './auth-api.js'
import type { Person } from './daybook.js'
import type { Stack } from './stack.js'
import { totpOf } from './totp.js'

/** A second factor as its owner has it. */
export interface SecondFactor {
  /** In base32. */
  readonly secret: string
  /** The code that turned it on, which is good for nothing any more. */
  readonly usedCode: string
  readonly recoveryCodes: readonly string[]
}

/** Turns the second factor of somebody on. */
export async function turnOnSecondFactor(stack: Stack, person: Person): Promise<SecondFactor> {
  const { refreshToken } = await authApi(stack.authUrl).login(person)
  const ask = async (path: string, body: object) => {
    const answer = await call(`${stack.authUrl}/api/auth/second-factor/${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${refreshToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    return answer.body
  }
  const secret = String((await ask('enroll', { password: person.password })).secret)
  const usedCode = totpOf(secret)
  const { recoveryCodes } = await ask('activate', { code: usedCode })
  return { secret, usedCode, recoveryCodes: recoveryCodes as string[] }
}
