import { createClient } from '@countersign/client'

/** The auth server, and the API that gets the access token. `server.mjs` writes them into the page. */
export const authUrl = metaOf('countersign-url')
export const apiUrl = metaOf('api-url')

/** The session of this tab. The access token is in its memory and nowhere else. */
export const client = createClient({ server: authUrl, apis: [apiUrl] })

function metaOf(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? ''
}
