/**
 * Writes `spec/vectors/{access-token,feed,jws,keys}.json`: `node packages/core/test/write-vectors.mjs`.
 *
 * It signs with node:crypto alone, so that a fault of our signer cannot hide one of our verifier.
 * ES256 signatures differ from run to run; every other vector keeps its bytes.
 * @module
 */
import { writeFileSync } from 'node:fs'
import { accessTokenVectors } from './vectors/access-token.mjs'
import { feedVectors } from './vectors/feed.mjs'
import { jwsVectors } from './vectors/jws.mjs'
import { keyVectors } from './vectors/keys.mjs'

const files = {
  'access-token': accessTokenVectors,
  feed: feedVectors,
  jws: jwsVectors,
  keys: keyVectors,
}

for (const [name, content] of Object.entries(files)) {
  const url = new URL(`../../../spec/vectors/${name}.json`, import.meta.url)
  writeFileSync(url, `${JSON.stringify(content, undefined, 2)}\n`)
}
