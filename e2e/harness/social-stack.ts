import type { Page } from 'playwright-core'
import { allowAs, github, openidProvider, reserveProvider } from './openid-provider.js'
import type { ServerProcess } from './process.js'
import { type Stack, type StackOptions, startStack } from './stack.js'

const CLIENT = { clientId: 'countersign', clientSecret: 'the-secret-at-the-provider-0123456789' }

/** People at Google, by what they type into its sign-in page. */
const AT_GOOGLE = [
  { id: 'ada', email: 'ada@example.com', emailVerified: true, name: 'Ada Lovelace' },
  { id: 'charles', email: 'charles@example.com', emailVerified: true, name: 'Charles Babbage' },
  { id: 'edith', email: 'edith@example.com', emailVerified: true, name: 'Edith Clarke' },
  { id: 'mallory', email: 'mallory@example.com', emailVerified: true, name: 'Mallory' },
  { id: 'unverified', email: 'unverified@example.com', emailVerified: false, name: 'Nobody' },
]

/** The same for GitHub. */
const AT_GITHUB = [
  {
    id: '7',
    login: 'grace',
    name: 'Grace Hopper',
    emails: [{ email: 'grace@example.com', primary: true, verified: true }],
  },
]

/** A stack whose auth server knows Google and GitHub, which are processes of their own. */
export interface SocialStack extends Stack {
  readonly google: ServerProcess
  readonly github: ServerProcess
}

export async function startSocialStack(options: StackOptions): Promise<SocialStack> {
  const [google, hub] = [await reserveProvider(), await reserveProvider()]
  const environment = {
    GOOGLE_CLIENT_ID: CLIENT.clientId,
    GOOGLE_CLIENT_SECRET: CLIENT.clientSecret,
    COUNTERSIGN_GOOGLE_ISSUER: google.url,
    GITHUB_CLIENT_ID: CLIENT.clientId,
    GITHUB_CLIENT_SECRET: CLIENT.clientSecret,
    COUNTERSIGN_GITHUB_URL: hub.url,
    COUNTERSIGN_OUTGOING_ADDRESSES: 'any',
    ...options.environment,
  }
  const stack = await startStack({ ...options, environment })
  const clientFor = (provider: string) => {
    const redirectUris = [`${stack.authUrl}/api/auth/callback/${provider}`]
    return { ...CLIENT, redirectUris }
  }
  const providers = {
    google: openidProvider(google.port, {
      clients: [clientFor('google')],
      users: AT_GOOGLE,
      claimsIn: 'id_token',
    }),
    github: github(hub.port, { clients: [clientFor('github')], users: AT_GITHUB }),
  }
  const all = Object.values(providers)
  const remove = async () => {
    await Promise.all(all.map((provider) => provider.stop()))
    await stack.remove()
  }
  try {
    await Promise.all(all.map((provider) => provider.start()))
  } catch (error) {
    await remove()
    throw error
  }
  return { ...stack, ...providers, remove }
}

/** From the button to the list of tasks, as somebody with an account at the provider. */
export async function signInThrough(page: Page, provider: string, account: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: `Continue with ${provider}` }).click()
  await allowAs(page, account)
  await page.waitForURL('**/tasks')
}
