import { createUsers } from '../src/users/users.js'
import { type Account, bearer, type TestServer } from './server-fixture.js'

/** A new account that is an administrator. */
export async function signUpAdmin(server: TestServer): Promise<Account> {
  const account = await server.signUp()
  await createUsers(server).setRole(account.user.id, 'admin')
  return account
}

/** The calls of a session on what administrators administer. */
export function adminCalls(server: TestServer, { refreshToken }: Account) {
  const headers = bearer(refreshToken)
  return {
    get: (path: string) => server.get(`/admin${path}`, headers),
    async read<T>(path: string): Promise<T> {
      return (await (await server.get(`/admin${path}`, headers)).json()) as T
    },
    patch: (userId: string, body: unknown) =>
      server.call('PATCH', `/admin/users/${userId}`, {
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    delete: (path: string) => server.call('DELETE', `/admin${path}`, { headers }),
  }
}
