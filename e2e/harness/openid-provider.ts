import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { freePorts } from './ports.js'
import { type ServerProcess, serverProcess } from './process.js'

const HERE = fileURLToPath(new URL('.', import.meta.url))

/** A program that people sign in to with the provider. */
export interface ProviderClient {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
}

/** Someone with an account at the OpenID provider. */
export interface ProviderUser {
  /** What to type into its sign-in page, and `sub` of its tokens. */
  readonly id: string
  readonly email: string
  readonly emailVerified: boolean
  readonly name: string
  readonly image?: string
}

/** Someone with an account at GitHub. */
export interface GithubUser {
  readonly id: string
  /** What to type into its sign-in page. */
  readonly login: string
  readonly name: string | null
  readonly emails: ReadonlyArray<{
    readonly email: string
    readonly primary: boolean
    readonly verified: boolean
  }>
}

interface OpenidOptions {
  readonly clients: readonly ProviderClient[]
  readonly users: readonly ProviderUser[]
  /** `id_token`, as Google has it; `userinfo`, as the standard has it, by default. */
  readonly claimsIn?: 'id_token' | 'userinfo'
}

/**
 * Where a provider will be. Ask for it first: its clients have to know it before they start, and it
 * has to know them. On 127.0.0.1, which to a browser is another site than `localhost`.
 */
export async function reserveProvider(): Promise<{ port: number; url: string }> {
  const [port = 0] = await freePorts(1)
  return { port, url: `http://127.0.0.1:${port}` }
}

/** A real OpenID provider in a process of its own; `url` is its issuer. It does not run yet. */
export function openidProvider(port: number, options: OpenidOptions): ServerProcess {
  const issuer = `http://127.0.0.1:${port}`
  const healthUrl = `${issuer}/.well-known/openid-configuration`
  // It has the same key when it comes back.
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ format: 'jwk' })
  return provider('openid-provider', healthUrl, {
    OPENID_PROVIDER: JSON.stringify({ ...options, port, issuer, key }),
  })
}

/** As much of GitHub as a sign-in sees, in a process of its own. It does not run yet. */
export function github(
  port: number,
  options: { readonly clients: readonly ProviderClient[]; readonly users: readonly GithubUser[] },
): ServerProcess {
  const healthUrl = `http://127.0.0.1:${port}/login/oauth/authorize`
  return provider('github', healthUrl, { GITHUB: JSON.stringify({ ...options, port }) })
}

function provider(name: string, healthUrl: string, settings: NodeJS.ProcessEnv): ServerProcess {
  return serverProcess({
    ...{ name, title: `The ${name}`, colour: '33', healthUrl, cwd: HERE },
    args: [join(HERE, `${name}.mjs`)],
    env: { PATH: process.env.PATH, ...settings },
  })
}

/** Says yes, as this account, on the page of either provider. */
export async function allowAs(page: Page, account: string): Promise<void> {
  await page.getByLabel('Account').fill(account)
  await page.getByRole('button', { name: 'Allow' }).click()
}

/** Says no there. */
export async function cancel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Cancel' }).click()
}

/**
 * Says yes there, and goes on by hand with the cookies of the browser as far as the first address that
 * begins like this, which it does not visit.
 */
export async function allowAsFarAs(page: Page, account: string, place: string): Promise<string> {
  const { request } = page.context()
  const form = { account, act: 'allow' }
  let from = page.url()
  let answer = await request.post(from, { form, maxRedirects: 0 })
  for (let steps = 0; steps < 10; steps += 1) {
    const next = new URL(answer.headers().location ?? '', from).href
    if (next.startsWith(place)) return next
    from = next
    answer = await request.get(from, { maxRedirects: 0 })
  }
  throw new Error(`it never comes to ${place}`)
}
