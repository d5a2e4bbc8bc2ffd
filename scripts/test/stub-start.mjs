import { supervise } from '../lib/supervise.mjs'

// A start script that a test can kill: supervises what its argument describes.
const { ready } = supervise(JSON.parse(process.argv[2] ?? '[]'), { write: () => {} })
await ready
console.log('ready')
