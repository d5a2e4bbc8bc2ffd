import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from './paths.mjs'

/** @typedef {{ name: string, bytes: number, limit: number }} BundleSize */

const CLIENT = join(ROOT, 'packages/client/dist')

/** A page downloads what it uses of them. */
const FORMS = 16_000

/**
 * What a page downloads for the client, and what for its React part more, without React itself.
 * Bytes, minified and compressed by gzip, of the built package.
 * @returns {Promise<BundleSize[]>}
 */
export async function bundleSizes() {
  const client = await weigh(join(CLIENT, 'index.js'))
  const react = await weigh(join(CLIENT, 'react.js'))
  const forms = await weigh(join(CLIENT, 'forms.js'))
  return [
    { name: '@countersign/client', bytes: client, limit: 3000 },
    { name: '@countersign/client/react', bytes: react, limit: 1500 },
    { name: '@countersign/client/forms, every form and text', bytes: forms, limit: FORMS },
  ]
}

/** @param {string} input */
async function weigh(input) {
  // Not there before `npm test` has installed it.
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    input,
    external: /^react(\/|$)/,
    platform: 'browser',
    // It warns of every 'use client', which means nothing here.
    logLevel: 'silent',
  })
  try {
    const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false })
    return gzipSync(output[0].code, { level: 9 }).length
  } finally {
    await bundle.close()
  }
}
