import { findExecutable } from './executables.mjs'
import { freePort } from './ports.mjs'
import { runTemporaryServer, temporaryFolder } from './temporary-server.mjs'
import { UserError } from './user-error.mjs'

/** Path of a Redis or Valkey server, if one is installed. */
export const findRedis = () => findExecutable(['redis-server', 'valkey-server'])

/**
 * Starts an empty Redis of its own on a free port of 127.0.0.1, in memory only.
 * @returns {Promise<{ url: string, port: number, stop: () => Promise<void> }>}
 */
export async function startRedis() {
  const command = findRedis()
  if (!command) throw new UserError('Redis is needed: install redis-server.')
  const folder = temporaryFolder('redis', undefined)
  const port = await freePort()
  const listen = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder]
  const args = [...listen, '--save', '', '--appendonly', 'no']
  const server = { title: 'Redis', command, args, folder, port }
  const signals = /** @type {const} */ ({ stopSignal: 'SIGTERM', abortSignal: 'SIGKILL' })
  const { stop } = await runTemporaryServer({ ...server, ...signals })
  return { url: `redis://127.0.0.1:${port}`, port, stop }
}
