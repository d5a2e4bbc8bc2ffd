import { describe, expect, it } from 'vitest'
import { readEnvironment } from '../src/environment.js'

const COMPLETE = { COUNTERSIGN_URL: 'http://localhost:4400', COUNTERSIGN_AUDIENCE: 'todo-api' }

describe('readEnvironment', () => {
  it('needs no more than the auth server and the audience', () => {
    expect(readEnvironment(COMPLETE)).toMatchObject({
      port: 8000,
      authServer: 'http://localhost:4400',
      audience: 'todo-api',
      allowedOrigins: [],
      requestsPerMinute: 600,
      client: undefined,
      databaseUrl: undefined,
    })
  })

  it('drops the slash at the end of the auth server, which the issuer does not have', () => {
    const { authServer } = readEnvironment({
      ...COMPLETE,
      COUNTERSIGN_URL: 'https://auth.example.test/',
    })

    expect(authServer).toBe('https://auth.example.test')
  })

  it('listens for revocations with a credential, and not with half of one', () => {
    const COUNTERSIGN_API_CLIENT_ID = 'todo-api'
    const COUNTERSIGN_API_CLIENT_SECRET = 'a secret'
    const whole = { ...COMPLETE, COUNTERSIGN_API_CLIENT_ID, COUNTERSIGN_API_CLIENT_SECRET }

    expect(readEnvironment(whole).client).toEqual({
      clientId: 'todo-api',
      clientSecret: 'a secret',
    })
    expect(() => readEnvironment({ ...COMPLETE, COUNTERSIGN_API_CLIENT_ID })).toThrow(
      'COUNTERSIGN_API_CLIENT_SECRET',
    )
    expect(() => readEnvironment({ ...COMPLETE, COUNTERSIGN_API_CLIENT_SECRET })).toThrow(
      'COUNTERSIGN_API_CLIENT_ID',
    )
  })

  it('takes the secret that it shares with its issuer, and none that is empty', () => {
    const secretOf = (COUNTERSIGN_JWT_SECRET: string) =>
      readEnvironment({ ...COMPLETE, COUNTERSIGN_JWT_SECRET }).jwtSecret

    expect([secretOf('a secret'), secretOf('')]).toEqual(['a secret', undefined])
  })

  it('reads several origins', () => {
    const API_ALLOWED_ORIGINS = 'http://localhost:3000, https://todo.example.test'

    expect(readEnvironment({ ...COMPLETE, API_ALLOWED_ORIGINS }).allowedOrigins).toEqual([
      'http://localhost:3000',
      'https://todo.example.test',
    ])
  })

  it.each([
    ['COUNTERSIGN_URL', ''],
    ['COUNTERSIGN_URL', 'localhost:4400'],
    ['COUNTERSIGN_URL', 'ftp://localhost'],
    ['COUNTERSIGN_AUDIENCE', ''],
    ['API_REQUESTS_PER_MINUTE', '0'],
    ['API_REQUESTS_PER_MINUTE', 'many'],
    ['PORT', 'eighty'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['API_ALLOWED_ORIGINS', '*'],
    ['API_ALLOWED_ORIGINS', 'http://localhost:3000/'],
    ['API_ALLOWED_ORIGINS', 'http://localhost:3000/path'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(() => readEnvironment({ ...COMPLETE, [name]: value })).toThrow(name)
  })
})
