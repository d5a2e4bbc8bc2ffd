import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** End to end: what `npm start` runs, as real processes, one test file at a time. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['e2e/*.e2e.test.ts'],
    globalSetup: ['e2e/harness/build.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
})
