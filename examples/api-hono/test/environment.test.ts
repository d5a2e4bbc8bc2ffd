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
