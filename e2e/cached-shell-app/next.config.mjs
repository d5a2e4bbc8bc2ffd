import { fileURLToPath } from 'node:url'

const workspace = fileURLToPath(new URL('../..', import.meta.url))

export default {
  cacheComponents: true,
  outputFileTracingRoot: workspace,
  turbopack: { root: workspace },
}
