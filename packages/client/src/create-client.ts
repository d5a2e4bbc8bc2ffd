import { assembleClient } from './assemble-client.js'
import type { Client } from './client.js'
import type { ClientOptions } from './options.js'
import { pageRuntime } from './runtime.js'

/**
 * Makes the client. It does nothing until it is first used, so that it may be created where a page
 * is rendered on a server. Throws `TypeError` for a wrong option.
 *
 * @example
 * const client = createClient({ apis: ['https://api.example.com'] })
 * const response = await client.fetch('https://api.example.com/tasks')
 */
export function createClient(options: ClientOptions = {}): Client {
  return assembleClient(options, pageRuntime())
}
