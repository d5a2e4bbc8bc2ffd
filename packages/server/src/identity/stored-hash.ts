import { verify as verifyArgon2 } from '@node-rs/argon2'
import { verify as verifyBcrypt } from '@node-rs/bcrypt'
import { verifyPassword as verifyScrypt } from 'better-auth/crypto'

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
export const POLICY = {
  // `Algorithm.Argon2id`, a const enum that isolated modules cannot read.
  algorithm: 2,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const
const CURRENT = `$argon2id$v=19$m=${POLICY.memoryCost},t=${POLICY.timeCost},p=${POLICY.parallelism}$`
const ARGON2 = /^\$argon2(?:id|i|d)\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/
/** Of Better Auth: salt and key, with parameters that never change. */
const SCRYPT = /^[0-9a-f]{32}:[0-9a-f]{128}$/

/**
 * What a hash may cost: it comes from a table that was imported, and decides how long a thread works
 * for whoever tries to sign in. 128 MiB and ten passes; the bcrypt cost of a second or so.
 */
const MOST = { memoryKib: 131_072, passes: 10, lanes: 8, bcryptCost: 14 } as const

/**
 * Whether a password is that of a hash: Argon2, bcrypt (`$2a$`, `$2b$`, `$2y$`) or scrypt of Better
 * Auth. False for a hash of another kind, or one that costs too much.
 * @param typed as it came; older kinds hash exactly that
 * @param normalised as new hashes have it
 */
export async function matchesHash(
  stored: string,
  { typed, normalised }: { readonly typed: string; readonly normalised: string },
): Promise<boolean> {
  const matches = () => {
    if (isArgon2(stored)) return verifyArgon2(stored, normalised)
    if (isBcrypt(stored)) return verifyBcrypt(typed, stored)
    return SCRYPT.test(stored) && verifyScrypt({ hash: stored, password: typed })
  }
  try {
    return await matches()
  } catch {
    return false
  }
}

/** What an import may do with a hash: `unknown` opens with no password, and `too_costly` is not tried. */
export function assessHash(stored: string): 'accepted' | 'too_costly' | 'unknown' {
  if (isArgon2(stored) || isBcrypt(stored) || SCRYPT.test(stored)) return 'accepted'
  return ARGON2.test(stored) || BCRYPT.test(stored) ? 'too_costly' : 'unknown'
}

/** Whether a hash is what is made today. */
export function isCurrentHash(stored: string): boolean {
  return stored.startsWith(CURRENT)
}

function isArgon2(stored: string): boolean {
  const [memory = 0, passes = 0, lanes = 0] = (ARGON2.exec(stored) ?? []).slice(1).map(Number)
  return within(memory, MOST.memoryKib) && within(passes, MOST.passes) && within(lanes, MOST.lanes)
}

function isBcrypt(stored: string): boolean {
  return within(Number(BCRYPT.exec(stored)?.[1] ?? 0), MOST.bcryptCost)
}

function within(value: number, most: number): boolean {
  return value >= 1 && value <= most
}
