import { readText } from '../request-body.js'

/**
 * The request with a body that was read already, of at most 64 KB like every body here, or the
 * answer that refuses it. An empty one is none, or Better Auth would ask for JSON.
 */
export async function limitRequest(
  request: Request,
): Promise<{ request: Request } | { response: Response }> {
  const body = await readText(request)
  if (body === null) return { response: new Response('Payload Too Large', { status: 413 }) }
  const { url, method, headers, signal } = request
  return { request: new Request(url, { method, headers, signal, ...(body ? { body } : {}) }) }
}
