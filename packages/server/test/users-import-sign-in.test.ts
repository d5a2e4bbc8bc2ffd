import { createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hash as argon2 } from '@node-rs/argon2'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { hashPassword as scrypt } from 'better-auth/crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createServer } from '../src/server.js'
import { importUsers } from '../src/users/import/import-users.js'
import type { RefusedRow } from '../src/users/import/read-user.js'
import { postgres } from './databases.js'
import { callsTo, serverOptions } from './server-fixture.js'

const PASSWORD = 'the old password of theirs'
const ROUNDS = 1000

const derive = (salt: Buffer | string) => pbkdf2Sync(PASSWORD, salt, ROUNDS, 32, 'sha256')
/** passlib's own base64. */
const ab64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('+', '.').replace(/=+$/, '')

function passlibPbkdf2(): string {
  const salt = randomBytes(16)
  return `$pbkdf2-sha256$${ROUNDS}$${ab64(salt)}$${ab64(derive(salt))}`
}

function django(): string {
  const salt = randomBytes(11).toString('hex')
  return `pbkdf2_sha256$${ROUNDS}$${salt}$${derive(salt).toString('base64')}`
}

/** Version 2: bcrypt of an HMAC that is keyed by the salt. */
async function bcryptSha256(): Promise<string> {
  const salt = (await bcrypt('any', { cost: 4 })).slice(7, 29)
  const input = createHmac('sha256', salt).update(PASSWORD).digest('base64')
  const made = await bcrypt(input, { cost: 4, version: '2b', salt: decodeSalt(salt) })
  return `$bcrypt-sha256$v=2,t=2b,r=4$${salt}$${made.slice(-31)}`
}

/** The alphabet of bcrypt, in its order of bits. */
function decodeSalt(text: string): Buffer {
  const theirs = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  const ours = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return Buffer.from([...text].map((mark) => ours[theirs.indexOf(mark)]).join(''), 'base64')
}

const KINDS: readonly (readonly [string, () => Promise<string> | string])[] = [
  ['bcrypt', () => bcrypt(PASSWORD, { cost: 4 })],
  ['bcrypt-sha256', bcryptSha256],
  ['pbkdf2-sha256', passlibPbkdf2],
  ['django', django],
  ['argon2', () => argon2(PASSWORD, { memoryCost: 1024, timeCost: 1 })],
  ['scrypt', () => scrypt(PASSWORD)],
]

let folder: string
let place: Awaited<ReturnType<typeof postgres>>
let server: Awaited<ReturnType<typeof createServer>>
const before = new Map<string, string>()
const refused: RefusedRow[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-import-'))
  place = await postgres()
  for (const [kind, make] of KINDS) before.set(`${kind}@old.example`, await make())
  const costly = [
    `pbkdf2_sha256$99999999$salt$${Buffer.alloc(32).toString('base64')}`,
    `$pbkdf2-sha256$99999999$${ab64(Buffer.alloc(16))}$${ab64(Buffer.alloc(32))}`,
  ]
  const rows = [...before, ...costly.map((hash, index) => [`costly${index}@old.example`, hash])]
  const file = join(folder, 'users.jsonl')
  const lines = rows.map(([email, password]) => JSON.stringify({ email, password }))
  await writeFile(file, lines.join('\n'))
  const onRefused = (row: RefusedRow) => void refused.push(row)
  await importUsers({ database: place.database, file, format: 'jsonl', onRefused })
  server = await createServer(serverOptions(place.database))
})
afterAll(async () => {
  await server?.close()
  await place?.close()
  if (folder) await rm(folder, { recursive: true, force: true })
})

async function hashOf(email: string): Promise<string | undefined> {
  const text = `select a.password from "account" a join "user" u on u.id = a."userId"
    where u.email = $1 and a."providerId" = 'credential'`
  const [row] = await place.database.query<{ password: string }>({ text, values: [email] })
  return row?.password
}

it.each(KINDS.map(([kind]) => kind))(
  'lets people of another application sign in with their old passwords: %s',
  async (kind) => {
    const email = `${kind}@old.example`
    const { post } = callsTo(server)

    const wrong = await post('/login', { email, password: `${PASSWORD}!` })
    const untouched = await hashOf(email)
    const right = await post('/login', { email, password: PASSWORD })
    const after = await hashOf(email)
    const again = await post('/login', { email, password: PASSWORD })

    expect([wrong.status, right.status, again.status]).toEqual([401, 200, 200])
    expect(untouched).toBe(before.get(email))
    expect(after).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  },
)

it('refuses hashes that would take minutes to check', () => {
  expect(refused.map(({ code }) => code)).toEqual(['hash_too_costly', 'hash_too_costly'])
})
