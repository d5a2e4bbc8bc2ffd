import { supervise } from '../../scripts/lib/supervise.mjs'

const KEPT = ['PATH', 'HOME', 'TMPDIR', 'LANG']
const LAST_LINES = 40

/**
 * Starts processes, silently; what they printed last is told when one of them fails.
 * @param {readonly import('../../scripts/lib/supervise.mjs').Service[]} services
 */
export async function startServices(services) {
  /** @type {string[]} */
  const lines = []
  const write = (/** @type {string} */ line) => {
    lines.push(line)
    if (lines.length > LAST_LINES) lines.shift()
  }
  const supervised = supervise(services, { write })
  const failed = supervised.failed.catch((error) => {
    error.output ||= lines.join('\n')
    throw error
  })
  failed.catch(() => {})
  try {
    await Promise.race([supervised.ready, failed])
  } catch (error) {
    await supervised.stop()
    throw error
  }
  return { failed, stop: supervised.stop }
}

/** An environment without settings of the person who runs this. @returns {NodeJS.ProcessEnv} */
export function plainEnvironment() {
  const kept = KEPT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))
  return { ...Object.fromEntries(kept), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
}
