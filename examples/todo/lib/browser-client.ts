import { type Client, createClient } from '@countersign/client'

let client: Client | undefined

/** The one client of this browser tab: it holds the access token, in memory. */
export function browserClient(apiUrl: string): Client {
  client ??= createClient({ apis: [apiUrl] })
  return client
}
