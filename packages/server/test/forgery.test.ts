import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { encodeRefreshToken } from '@countersign/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, type TestDatabase } from './databases.js'
import {
  HOUR,
  type SessionFixture,
  sessionFixture,
  stateOf,
  type TestSession,
} from './session-fixture.js'

/** Bytes of a token: version, key id, session 16, generation 4, salt 16, MAC 16. */
const SALT = 22
const MAC = 38

describe.each(DATABASES)('a forged token on %s', (_, open) => {
  let opened: TestDatabase
  let fixture: SessionFixture
  let victim: TestSession
  /** Another session of the attacker's own, whose tokens they hold. */
  let own: TestSession
  let row: { salt_hash: Buffer; gen: number }

  beforeAll(async () => {
    opened = await open()
    fixture = sessionFixture(opened.database)
    victim = await fixture.signIn()
    own = await fixture.signIn()
    const [found] = await opened.database.query<{ salt_hash: Uint8Array; gen: number }>({
      text: 'select * from countersign_sessions where id = $1',
      values: [victim.id],
    })
    if (!found) throw new Error('there is no such session')
    row = { gen: found.gen, salt_hash: Buffer.from(found.salt_hash) }
  })
  afterAll(() => opened?.close())

  const bytesOf = (token: string) => Buffer.from(token.slice('csr_'.length), 'base64url')
  const tokenOf = (bytes: Buffer) => `csr_${bytes.toString('base64url')}`
  /** Salts that somebody with every column of the database could think of. */
  const guesses = () => [
    ['the first half of the hash', row.salt_hash.subarray(0, 16)] as const,
    ['the second half of the hash', row.salt_hash.subarray(16)] as const,
    ['the session id', Buffer.from(victim.id.replaceAll('-', ''), 'hex')] as const,
    ['the salt of another session', bytesOf(own.token).subarray(SALT, MAC)] as const,
    ['zeros', Buffer.alloc(16)] as const,
  ]

  describe('made of the whole database', () => {
    it('finds neither a token nor a salt in any column of any table', async () => {
      const salt = bytesOf(victim.token).subarray(SALT, MAC)
      const dump = await everything()

      expect(dump).toContain(row.salt_hash.toString('hex'))
      for (const secret of [victim.token.slice(4), salt.toString('base64url')]) {
        expect(dump).not.toContain(secret)
      }
      expect(dump).not.toContain(salt.toString('hex'))
      expect(dump).not.toContain(bytesOf(victim.token).subarray(MAC).toString('hex'))
    })

    it('is not read when its MAC is made with a key from the database', () => {
      const keys = [row.salt_hash, row.salt_hash.subarray(0, 16), Buffer.alloc(32)]
      const forged = keys.flatMap((key) =>
        guesses().map(([, salt]) =>
          encodeRefreshToken({ sessionId: victim.id, generation: row.gen, salt }, { id: 1, key }),
        ),
      )

      expect(forged.filter(fixture.sessions.decode)).toEqual([])
    })

    it('is not read when its MAC is made with any other key', () => {
      const { salt } = decoded(victim.token)
      const key = { id: 1, key: randomBytes(32) }
      const forged = encodeRefreshToken({ sessionId: victim.id, generation: 1, salt }, key)

      expect(fixture.sessions.decode(forged)).toBeUndefined()
      expect(fixture.sessions.decode(victim.token)).toBeDefined()
    })

    it('is not read when its MAC is an HMAC without the context', () => {
      const bytes = bytesOf(victim.token)
      const mac = createHmac('sha256', fixture.key.key).update(bytes.subarray(0, MAC)).digest()
      mac.copy(bytes, MAC, 0, 16)

      expect(fixture.sessions.decode(tokenOf(bytes))).toBeUndefined()
    })
  })

  describe('made of the database and a token of another session', () => {
    it('is not read with the session replaced', () => {
      const bytes = bytesOf(own.token)
      bytesOf(victim.token).copy(bytes, 2, 2, 18)

      expect(fixture.sessions.decode(tokenOf(bytes))).toBeUndefined()
    })

    it('is not read with the MAC carried over', () => {
      const forged = guesses().map(([, salt]) => {
        const bytes = bytesOf(own.token)
        bytesOf(victim.token).copy(bytes, 2, 2, SALT)
        salt.copy(bytes, SALT)
        return tokenOf(bytes)
      })

      expect(forged.filter(fixture.sessions.decode)).toEqual([])
    })

    it('is not read with the generation counted up', () => {
      const bytes = bytesOf(own.token)
      bytes.writeUInt32BE(2, 18)

      expect(fixture.sessions.decode(tokenOf(bytes))).toBeUndefined()
    })

    it('is not read with any one bit flipped', () => {
      const forged = Array.from({ length: 54 * 8 }, (_each, bit) => {
        const bytes = bytesOf(own.token)
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return tokenOf(bytes)
      })

      expect(forged.filter(fixture.sessions.decode)).toEqual([])
    })
  })

  describe('made with the leaked MAC key', () => {
    it.each([0, 1, 2, 3, 4])('is unknown for a guess at the salt (%i)', async (index) => {
      const [, salt] = guesses()[index] ?? ['', Buffer.alloc(16)]
      await fixture.after(victim.id, HOUR)
      const before = await stateOf(opened.database, victim.id)
      const token = { sessionId: victim.id, generation: row.gen, salt }
      const forged = encodeRefreshToken(token, fixture.key)

      expect(await fixture.refresh(forged)).toEqual({ outcome: 'unknown' })
      expect(await fixture.sessions.inspect(token)).toEqual({ outcome: 'unknown' })
      expect(await fixture.sessions.endByToken(token, 'signed_out')).toBe(0)
      expect(await stateOf(opened.database, victim.id)).toEqual(before)
    })

    it('is unknown for a session that does not exist', async () => {
      const token = { ...decoded(own.token), sessionId: randomUUID() }

      const judgement = await fixture.refresh(encodeRefreshToken(token, fixture.key))

      expect(judgement).toEqual({ outcome: 'unknown' })
    })

    it('works only together with a token of the very session (the limit of the design)', async () => {
      const session = await fixture.signIn()
      await fixture.after(session.id, HOUR)
      const forged = encodeRefreshToken({ ...decoded(session.token), generation: 1 }, fixture.key)

      expect(await fixture.refresh(forged)).toMatchObject({ outcome: 'rotate' })
    })
  })

  function decoded(token: string) {
    const read = fixture.sessions.decode(token)
    if (!read) throw new Error('the token is not one of ours')
    return read
  }

  /** Every row of every table as JSON text, in which `bytea` is hexadecimal. */
  async function everything(): Promise<string> {
    const tables = await opened.database.query<{ name: string }>({
      text: `select table_name as name from information_schema.tables where table_schema = 'public'`,
    })
    const dumps = tables.map(({ name }) =>
      opened.database.query({ text: `select row_to_json(t)::text as json from "${name}" t` }),
    )
    return JSON.stringify(await Promise.all(dumps))
  }
})
