import { type Client, createClient } from '@countersign/client'

let client: Client | undefined

/** Calls the API with the access token, which this tab holds in memory. */
export function apiClient(apiUrl: string): Client {
  client ??= createClient({ tokenUrl: '/api/countersign/token', apis: [apiUrl] })
  return client
}
