import { clientActions } from '@countersign/client/forms'
import { authUrl, client } from '../client'

/** What a form does that may not be the last one: it asks the auth server, and tells the client. */
export const formActions = clientActions(client, { url: `${authUrl}/api/auth` })
