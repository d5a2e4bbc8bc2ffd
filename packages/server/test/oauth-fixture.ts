import { expect } from 'vitest'
import type { OAuthErrorCode } from '../src/http/oauth/oauth-error.js'
import { basic, CLIENT, type callsTo } from './server-fixture.js'

/** A client that may introspect. */
export const API_CLIENT = {
  id: 'todo-api',
  secret: 'the-secret-of-the-api-client-0123456789',
  scopes: ['tokens:introspect'],
} as const
const AS_API = basic(API_CLIENT.id, API_CLIENT.secret)
export const OTHER_CLIENT = { id: 'other-web', secret: 'the-secret-of-another-server-0123456789' }
export const AS_OTHER = basic(OTHER_CLIENT.id, OTHER_CLIENT.secret)
export const CLIENTS = [CLIENT, API_CLIENT, OTHER_CLIENT]

export const FORM_TYPE = { 'Content-Type': 'application/x-www-form-urlencoded' } as const

type Parameters = string | Record<string, string> | readonly (readonly [string, string])[]

/** Calls as OAuth clients make them. */
export function oauthCalls({ call }: ReturnType<typeof callsTo>) {
  const form = (path: string, parameters: Parameters, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams(parameters as string).toString()
    return call('POST', path, { headers: { ...FORM_TYPE, ...headers }, body })
  }
  return {
    form,
    grant: (refreshToken: string, headers: Record<string, string> = {}) =>
      form('/token', { grant_type: 'refresh_token', refresh_token: refreshToken }, headers),
    introspect: (token: string, headers: Record<string, string> = AS_API) =>
      form('/introspect', { token }, headers),
    revoke: (token: string, headers: Record<string, string> = {}) =>
      form('/revoke', { token }, headers),
  }
}

/** Asserts a refusal in the words of RFC 6749, which nobody may store. */
export async function expectOAuthError(answer: Response, status: number, code: OAuthErrorCode) {
  const body = (await answer.clone().json()) as Record<string, unknown>
  expect({ status: answer.status, error: body.error }).toEqual({ status, error: code })
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(body.error_description ?? '').toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]*$/)
  const challenge = code === 'invalid_client' ? 'Basic realm="countersign"' : null
  expect(answer.headers.get('www-authenticate')).toBe(challenge)
  return body
}
