import { defineConfig } from 'vitest/config'

const source = (path: string): string => new URL(`./packages/${path}`, import.meta.url).pathname

/** Tests import the packages by name and run their sources, so no build is needed before a test. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@countersign\/([a-z]+)$/, replacement: source('$1/src/index.ts') },
      { find: /^@countersign\/([a-z]+)\/([a-z0-9-]+)$/, replacement: source('$1/src/$2.ts') },
    ],
  },
  test: {
    include: [
      'packages/*/test/**/*.test.{ts,tsx}',
      'examples/*/test/**/*.test.ts',
      'scripts/test/*.test.ts',
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // It imports `next/headers` as Next.js resolves it, and Node.js does not.
    server: { deps: { inline: ['next-auth'] } },
  },
})
