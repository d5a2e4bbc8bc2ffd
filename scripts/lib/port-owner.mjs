import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * The process that listens on a port, as "node, process 4711"; undefined where it cannot be known.
 * @param {number} port
 */
export function portOwner(port) {
  return process.platform === 'linux' ? linuxOwner(port) : listedOwner(port)
}

/** @param {number} port */
function listedOwner(port) {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']
  const { stdout } = spawnSync('lsof', args, { encoding: 'utf8' })
  const match = /^p(\d+)\nc(.+)$/m.exec(stdout ?? '')
  return match ? `${match[2]}, process ${match[1]}` : undefined
}

/** @param {number} port */
function linuxOwner(port) {
  const sockets = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(table, port)))
  if (sockets.size === 0) return undefined
  const pid = attempt(() => readdirSync('/proc'), [])
    .filter((name) => /^\d+$/.test(name))
    .find((name) => holdsSocket(name, sockets))
  if (!pid) return undefined
  const command = attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim(), 'a process')
  return `${command}, process ${pid}`
}

/**
 * Socket inodes in state LISTEN (0A), proc(5).
 * @param {string} table
 * @param {number} port
 */
function listeningInodes(table, port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return attempt(() => readFileSync(`/proc/net/${table}`, 'utf8'), '')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === '0A')
    .map((fields) => `socket:[${fields[9]}]`)
}

/**
 * @param {string} pid
 * @param {Set<string>} sockets
 */
function holdsSocket(pid, sockets) {
  const folder = `/proc/${pid}/fd`
  return attempt(() => readdirSync(folder), []).some((fd) =>
    sockets.has(attempt(() => readlinkSync(`${folder}/${fd}`), '')),
  )
}

/**
 * Other users' processes cannot be looked into, and processes end while they are listed.
 * @template T
 * @param {() => T} read
 * @param {T} otherwise
 */
function attempt(read, otherwise) {
  try {
    return read()
  } catch {
    return otherwise
  }
}
