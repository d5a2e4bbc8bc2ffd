import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSecrets, SECRET_NAMES, weakness } from '../lib/secrets.mjs'

const STRONG = 'Zk3v9QmTq0cW8xYbH5rLd2NfGs7PjAeU1iKoXtMz6Cw'
const permissions = (path: string) => statSync(path).mode & 0o777

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-secrets-'))
  file = join(folder, 'state/secrets.env')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('loadSecrets', () => {
  it('makes different secrets that only the owner can read', () => {
    const secrets = loadSecrets(file, {})

    expect(permissions(file)).toBe(0o600)
    expect(permissions(join(folder, 'state'))).toBe(0o700)
    expect(new Set(Object.values(secrets)).size).toBe(SECRET_NAMES.length)
    for (const secret of Object.values(secrets)) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  it('keeps the secrets of the first start', () => {
    const first = loadSecrets(file, {})

    expect(loadSecrets(file, {})).toEqual(first)
  })

  it('adds a secret that signs nobody out to the file of an earlier release', () => {
    const first = loadSecrets(file, {})
    const lines = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, lines.filter((line) => !line.includes('API_CLIENT')).join('\n'))

    const second = loadSecrets(file, {})

    expect(second.COUNTERSIGN_API_CLIENT_SECRET).toMatch(/^[\w-]{43}$/)
    expect({ ...second, COUNTERSIGN_API_CLIENT_SECRET: undefined }).toEqual({
      ...first,
      COUNTERSIGN_API_CLIENT_SECRET: undefined,
    })
    expect(loadSecrets(file, {})).toEqual(second)
  })

  it('closes a file that others can read', () => {
    loadSecrets(file, {})
    writeFileSync(file, readFileSync(file), { mode: 0o644 })

    loadSecrets(file, {})

    expect(permissions(file)).toBe(0o600)
  })

  it('lets the environment win over the file', () => {
    loadSecrets(file, {})

    const secrets = loadSecrets(file, { COUNTERSIGN_SECRET: STRONG })

    expect(secrets.COUNTERSIGN_SECRET).toBe(STRONG)
    expect(secrets.COUNTERSIGN_COOKIE_SECRET).not.toBe(STRONG)
  })

  it('makes no file when the environment has every secret', () => {
    const env = Object.fromEntries(SECRET_NAMES.map((name) => [name, STRONG]))

    expect(loadSecrets(file, env)).toEqual(env)
    expect(() => statSync(file)).toThrow('ENOENT')
  })

  it('refuses a file without one of the secrets', () => {
    loadSecrets(file, {})
    writeFileSync(file, `COUNTERSIGN_SECRET=${STRONG}\n`)

    expect(() => loadSecrets(file, {})).toThrow(/^COUNTERSIGN_COOKIE_SECRET is missing in /)
  })

  it('names the environment when the weak secret comes from there', () => {
    const weak = () => loadSecrets(file, { COUNTERSIGN_SECRET: 'password' })

    expect(weak).toThrow('COUNTERSIGN_SECRET in the environment is shorter than 32 bytes')
  })
})

describe('weakness', () => {
  it('finds none in a random secret', () => {
    expect(weakness(STRONG)).toBeUndefined()
  })

  it.each([
    ['short', 'is shorter than 32 bytes'],
    ['a'.repeat(64), 'is not random'],
    ['change-me-change-me-change-me-change-me', 'is not random'],
  ])('finds one in %s', (secret, fault) => {
    expect(weakness(secret)).toBe(fault)
  })
})
