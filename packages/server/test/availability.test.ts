import { describe, expect, it } from 'vitest'
import { isUnavailable } from '../src/database/availability.js'

const coded = (code: string) => Object.assign(new Error('something happened'), { code })

describe('isUnavailable', () => {
  it.each([
    ['08006', 'connection failure'],
    ['08P01', 'protocol violation of a broken connection'],
    ['53300', 'too many connections'],
    ['53100', 'disk full'],
    ['57P01', 'shutdown by the administrator'],
    ['57P02', 'crash'],
    ['57P03', 'still starting'],
    ['57014', 'statement timeout'],
    ['25006', 'a replica that took over does not write yet'],
    ['40001', 'serialization failure'],
    ['40P01', 'deadlock'],
    ['55P03', 'lock not available'],
  ])('recognises SQLSTATE %s (%s)', (code) => {
    expect(isUnavailable(coded(code))).toBe(true)
  })

  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ENETUNREACH',
    'ENETDOWN',
  ])('recognises %s of the network', (code) => {
    expect(isUnavailable(coded(code))).toBe(true)
  })

  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
  ])('recognises what pg says without a code: %s', (message) => {
    expect(isUnavailable(new Error(message))).toBe(true)
  })

  it('recognises a socket of a server on this machine that is gone', () => {
    const error = Object.assign(coded('ENOENT'), { syscall: 'connect' })

    expect(isUnavailable(error)).toBe(true)
  })

  it('recognises it as the cause of the cause', () => {
    const error = new Error('outer', { cause: new Error('inner', { cause: coded('57P01') }) })

    expect(isUnavailable(error)).toBe(true)
  })

  it('recognises it among the attempts of several addresses', () => {
    const error = new AggregateError([coded('EACCES'), coded('ECONNREFUSED')])

    expect(isUnavailable(error)).toBe(true)
  })

  it.each([
    ['a unique violation', coded('23505')],
    ['an undefined table', coded('42P01')],
    ['a wrong password', coded('28P01')],
    ['a value out of range', coded('22003')],
    ['a missing file', Object.assign(coded('ENOENT'), { syscall: 'open' })],
    ['a bug', new TypeError('x is not a function')],
    ['an error with such a cause', new Error('outer', { cause: coded('23505') })],
    ['attempts that fail otherwise', new AggregateError([coded('23505')])],
    ['what is no error', { code: '57P01' }],
    ['nothing', undefined],
  ])('does not take %s for it', (_what, error) => {
    expect(isUnavailable(error)).toBe(false)
  })
})
