import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  API_CLIENT,
  AS_OTHER,
  CLIENTS,
  expectOAuthError,
  FORM_TYPE,
  OTHER_CLIENT,
  oauthCalls,
} from './oauth-fixture.js'
import {
  AS_CLIENT,
  AUTH_ORIGIN,
  BROWSER,
  basic,
  CLIENT,
  expectProblem,
  NO_BODY,
  rowCounts,
  startServer,
  type TestServer,
} from './server-fixture.js'

let server: TestServer
let oauth: ReturnType<typeof oauthCalls>
beforeAll(async () => {
  server = await startServer({ clients: CLIENTS })
  oauth = oauthCalls(server)
})
afterAll(() => server?.close())

describe.each(['/token', '/introspect', '/revoke'])('a request to %s', (path) => {
  const post = (body: BodyInit, headers: Record<string, string> = FORM_TYPE) =>
    server.call('POST', path, { headers, body, duplex: 'half' } as RequestInit)
  const bytes = (...values: number[]) =>
    new Uint8Array([...Buffer.from('token='), ...values]) as Uint8Array<ArrayBuffer>
  const chunks = (text: string) =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text))
        controller.close()
      },
    })

  it.each([
    ['the same parameter twice', 'token=a&token=b'],
    ['the same parameter twice, once without a value', 'grant_type=&grant_type=refresh_token'],
    ['an unknown parameter twice', 'x=1&x=2'],
    ['a parameter twice in two spellings', 'token=a&%74oken=a'],
    ['half an escape', 'token=%4'],
    ['no escape', 'token=%zz'],
    ['an escape that is not UTF-8', 'token=%ff'],
    ['an overlong escape', 'token=%c0%af'],
    ['half a character in an escape', 'token=%f0%9f%98'],
    ['bytes that are not UTF-8', bytes(0xff)],
    ['half a character', bytes(0xf0, 0x9f)],
    ['nothing', ''],
    ['a byte-order mark before the parameter', '\ufefftoken=a&\ufeffgrant_type=refresh_token'],
    ['an empty parameter', 'token=&grant_type='],
    ['JSON in a form', '{"token":"a"}'],
  ])('is refused for %s', async (_name, body) => {
    await expectOAuthError(
      await post(body, { ...FORM_TYPE, ...as(API_CLIENT) }),
      400,
      'invalid_request',
    )
  })

  it.each([
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded; charset=iso-8859-1',
    'application/x-www-form-urlencoded-not',
    '',
  ])('is refused as "%s"', async (type) => {
    const answer = await post('grant_type=refresh_token&token=a', { 'Content-Type': type })

    await expectOAuthError(answer, 400, 'invalid_request')
  })

  it.each([
    ['a megabyte', `token=${'a'.repeat(1_000_000)}`],
    ['a megabyte in chunks', chunks(`token=${'a'.repeat(1_000_000)}`)],
  ])('is refused for %s', async (_name, body) => {
    await expectOAuthError(await post(body), 413, 'invalid_request')
  })

  it('is refused for a megabyte that it only announces', async () => {
    const answer = await post('token=a', { ...FORM_TYPE, 'Content-Length': '1000000' })

    await expectOAuthError(answer, 413, 'invalid_request')
  })

  it.each([
    ['of the web origin', { ...BROWSER, ...NO_BODY }],
    ['of its own origin', { Origin: AUTH_ORIGIN }],
    ['of another origin', { Origin: 'https://evil.example' }],
    ['without an origin', { 'Sec-Fetch-Site': 'same-origin' }],
    ['with a credential', { ...BROWSER, ...AS_CLIENT }],
  ])('is refused to a browser %s', async (_name, headers) => {
    const answer = await post('token=a', { ...FORM_TYPE, ...(headers as Record<string, string>) })

    await expectOAuthError(answer, 403, 'invalid_request')
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('is one only with POST', async () => {
    const answer = await server.get(path)

    await expectProblem(answer, 405, 'method_not_allowed')
    expect(answer.headers.get('allow')).toBe('POST')
  })

  it.each<[string, Record<string, string>, string, number, 'invalid_client' | 'invalid_request']>([
    ['a wrong secret', basic(CLIENT.id, OTHER_CLIENT.secret), '', 401, 'invalid_client'],
    ['an unknown client', basic('nobody', CLIENT.secret), '', 401, 'invalid_client'],
    ['a secret of the public client', basic('public', 'public'), '', 401, 'invalid_client'],
    ['half a credential', { Authorization: 'Basic dG9kbw==' }, '', 401, 'invalid_client'],
    ['a bearer token', { Authorization: 'Bearer abc' }, '', 401, 'invalid_client'],
    ['a NUL in the client', basic('todo\0web', CLIENT.secret), '', 401, 'invalid_client'],
    ['a wrong secret in the form', {}, posted(CLIENT.id, 'wrong'), 401, 'invalid_client'],
    ['a NUL in the form', {}, posted('todo%00web', CLIENT.secret), 401, 'invalid_client'],
    ['a secret and no client', {}, `client_secret=${CLIENT.secret}`, 400, 'invalid_request'],
    ['a client without its secret', {}, `client_id=${CLIENT.id}`, 401, 'invalid_client'],
    ['an unknown client alone', {}, 'client_id=nobody', 401, 'invalid_client'],
    ['two secrets', AS_CLIENT, posted(CLIENT.id, CLIENT.secret), 400, 'invalid_request'],
    ['two clients', AS_CLIENT, `client_id=${OTHER_CLIENT.id}`, 400, 'invalid_request'],
    ['a secret beside a bearer token', BEARER, posted('a', 'b'), 400, 'invalid_request'],
    ['an assertion', {}, 'client_assertion=a&client_assertion_type=b', 401, 'invalid_client'],
    ['an assertion and a secret', AS_CLIENT, 'client_assertion=a', 400, 'invalid_request'],
  ])('is refused for %s', async (_name, headers, parameters, status, code) => {
    const body = `grant_type=refresh_token&refresh_token=a&token=a&${parameters}`

    await expectOAuthError(await post(body, { ...FORM_TYPE, ...headers }), status, code)
  })
})

describe('refused requests', () => {
  let rows: Record<string, number>
  let refreshToken: string
  beforeEach(async () => {
    refreshToken = (await server.signUp(AS_CLIENT)).refreshToken
    rows = await rowCounts(server.database)
  })

  it('have written nothing', async () => {
    await oauth.grant(refreshToken, { ...AS_CLIENT, ...BROWSER })
    await oauth.revoke(refreshToken, { ...AS_CLIENT, ...BROWSER })
    await oauth.revoke(refreshToken, AS_OTHER)

    expect(await rowCounts(server.database)).toEqual(rows)
    expect((await oauth.grant(refreshToken, AS_CLIENT)).status).toBe(200)
  })
})

const BEARER = { Authorization: 'Bearer abc' }
function as({ id, secret }: { readonly id: string; readonly secret: string }) {
  return basic(id, secret)
}
function posted(id: string, secret: string): string {
  return `client_id=${id}&client_secret=${secret}`
}
