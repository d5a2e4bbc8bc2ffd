import { verify as verifyArgon2 } from '@node-rs/argon2'
import { verify as verifyBcrypt } from '@node-rs/bcrypt'
import { verifyPassword as verifyScrypt } from 'better-auth/crypto'
import { bcryptInput, matchesPbkdf2, passlibBase64 } from './python-hashes.js'

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
export const POLICY = {
  // `Algorithm.Argon2id`, a const enum that isolated modules cannot read.
  algorithm: 2,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const
const CURRENT = `$argon2id$v=19$m=${POLICY.memoryCost},t=${POLICY.timeCost},p=${POLICY.parallelism}$`

/**
 * What a hash may cost: it comes from a table that was imported, and decides how long a thread works
 * for whoever tries to sign in. 128 MiB and ten passes; what takes a second or so of the others.
 */
const MOST = {
  memoryKib: 131_072,
  passes: 10,
  lanes: 8,
  bcryptCost: 14,
  pbkdf2Rounds: 2_000_000,
} as const

interface Typed {
  /** As it came; older kinds hash exactly that. */
  readonly typed: string
  /** As new hashes have it. */
  readonly normalised: string
}

/** A kind of hash: how it is known, what it may cost, and how it is checked. */
interface Kind {
  readonly pattern: RegExp
  isAffordable(...parts: string[]): boolean
  matches(password: Typed, hash: string, ...parts: string[]): boolean | Promise<boolean>
}

const isBcryptAffordable = (cost: string): boolean => within(cost, MOST.bcryptCost)
const isPbkdf2Affordable = (rounds: string): boolean => within(rounds, MOST.pbkdf2Rounds)

const KINDS: readonly Kind[] = [
  {
    pattern: /^\$argon2(?:id|i|d)\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/,
    isAffordable: (memory, passes, lanes) =>
      within(memory, MOST.memoryKib) && within(passes, MOST.passes) && within(lanes, MOST.lanes),
    matches: ({ normalised }, hash) => verifyArgon2(hash, normalised),
  },
  {
    pattern: /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/,
    isAffordable: isBcryptAffordable,
    matches: ({ typed }, hash) => verifyBcrypt(typed, hash),
  },
  {
    // Of Better Auth: salt and key, with parameters that never change.
    pattern: /^[0-9a-f]{32}:[0-9a-f]{128}$/,
    isAffordable: () => true,
    matches: ({ typed }, hash) => verifyScrypt({ hash, password: typed }),
  },
  {
    // Of passlib, which hashes before bcrypt: by HMAC since version 2, and plainly before.
    pattern:
      /^\$bcrypt-sha256\$(?:v=2,t=2b,r=|2[ab],)(\d{1,2})\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/,
    isAffordable: isBcryptAffordable,
    matches: ({ typed }, hash, cost = '', salt = '', digest = '') => {
      const input = bcryptInput(typed, hash.includes('$v=2,') ? salt : undefined)
      return verifyBcrypt(input, `$2b$${cost.padStart(2, '0')}$${salt}${digest}`)
    },
  },
  {
    // Of passlib.
    pattern: /^\$pbkdf2-sha256\$(\d{1,10})\$([./A-Za-z0-9]{0,86})\$([./A-Za-z0-9]{43})$/,
    isAffordable: isPbkdf2Affordable,
    matches: ({ typed }, _hash, rounds, salt = '', digest = '') =>
      matchesPbkdf2(typed, Number(rounds), passlibBase64(salt), passlibBase64(digest)),
  },
  {
    // Of Django.
    pattern: /^pbkdf2_sha256\$(\d{1,10})\$([^$]{1,128})\$([A-Za-z0-9+/]{43}=)$/,
    isAffordable: isPbkdf2Affordable,
    matches: ({ typed }, _hash, rounds, salt = '', digest = '') =>
      matchesPbkdf2(typed, Number(rounds), Buffer.from(salt), Buffer.from(digest, 'base64')),
  },
]

/**
 * Whether a password is that of a hash: Argon2, bcrypt (`$2a$`, `$2b$`, `$2y$`), scrypt of Better
 * Auth, bcrypt and PBKDF2 over SHA-256 of passlib, PBKDF2 of Django. False for a hash of another
 * kind, or one that costs too much.
 */
export async function matchesHash(stored: string, password: Typed): Promise<boolean> {
  const found = kindOf(stored)
  if (!found?.isAffordable) return false
  try {
    return await found.kind.matches(password, stored, ...found.parts)
  } catch {
    return false
  }
}

/** What an import may do with a hash: `unknown` opens with no password, and `too_costly` is not tried. */
export function assessHash(stored: string): 'accepted' | 'too_costly' | 'unknown' {
  const found = kindOf(stored)
  if (!found) return 'unknown'
  return found.isAffordable ? 'accepted' : 'too_costly'
}

/** Whether a hash is what is made today. */
export function isCurrentHash(stored: string): boolean {
  return stored.startsWith(CURRENT)
}

function kindOf(stored: string) {
  for (const kind of KINDS) {
    const match = kind.pattern.exec(stored)
    if (!match) continue
    const parts = match.slice(1)
    return { kind, parts, isAffordable: kind.isAffordable(...parts) }
  }
  return undefined
}

function within(text: string | undefined, most: number): boolean {
  const value = Number(text)
  return value >= 1 && value <= most
}
