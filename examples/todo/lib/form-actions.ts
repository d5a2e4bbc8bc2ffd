import { clientActions } from '@countersign/client/forms'
import { browserClient } from './browser-client'

/** What the forms do: they ask this application's own account routes, and tell the client. */
export function formActions(apiUrl: string) {
  return clientActions(browserClient(apiUrl))
}
