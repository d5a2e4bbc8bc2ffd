import type { Endpoint } from './call.js'
import { createMe } from './routes/me.js'
import { createRefresh } from './routes/refresh.js'
import type { Services } from './services.js'

/** What is asked so often that it is answered without Hono as well. */
export interface Endpoints {
  readonly refresh: Endpoint
  readonly me: Endpoint
}

export function createEndpoints(services: Services): Endpoints {
  return { refresh: createRefresh(services), me: createMe(services) }
}
