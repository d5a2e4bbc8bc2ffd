import { type Client, createClient } from '@countersign/client'
// Not from better-auth/client, which has no hooks.
import { createAuthClient } from 'better-auth/react'

let tokens: Client | undefined

/** Calls the API with the access token, which this tab holds in memory. */
export function apiClient(apiUrl: string): Client {
  tokens ??= createClient({ tokenUrl: '/api/auth/countersign/refresh', apis: [apiUrl] })
  return tokens
}

/** Better Auth’s client, as in every application that uses it. */
export const authClient = createAuthClient()
