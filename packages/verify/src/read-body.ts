/**
 * Bodies of answers, which are never longer than we say.
 * @module
 */

/** @throws Error as soon as the body is longer than `maxBytes` */
export async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** @throws Error unless the status is 200 and nobody redirected us */
export async function assertOk(response: Response): Promise<void> {
  if (response.status === 200 && !response.redirected) return
  await response.body?.cancel()
  throw new Error(`the answer has status ${response.status}`)
}
