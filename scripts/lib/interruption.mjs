import { readFileSync } from 'node:fs'

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
const PARENT_POLL_MILLISECONDS = 500

/**
 * Resolves `asked` when the process is told to stop. Further signals change nothing: Ctrl-C arrives
 * twice under npm, once from the terminal and once from npm itself.
 */
export function interruption() {
  /** @type {(reason: string) => void} */
  let stop = () => {}
  /** @type {Promise<string>} */
  const asked = new Promise((resolve) => {
    stop = resolve
  })
  for (const signal of SIGNALS) process.on(signal, stop)
  const watch = watchNpm(() => stop('npm is gone'))
  return {
    asked,
    /** Gives the signals their usual meaning again. */
    forget() {
      for (const signal of SIGNALS) process.off(signal, stop)
      clearInterval(watch)
    },
  }
}

/**
 * npm runs a script through a shell, which passes no signal on, and a killed npm cannot either. So
 * a script of npm notices by itself that npm is gone.
 * @param {() => void} stop
 */
function watchNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return undefined
  const before = npmProcesses()
  const check = () => npmProcesses() !== before && stop()
  return setInterval(check, PARENT_POLL_MILLISECONDS).unref()
}

/** Our parent, and its parent if ours is only npm's shell: changes when one of them has ended. */
function npmProcesses() {
  const { name, parent } = describe(process.ppid)
  return /^(ba|da|z)?sh$/.test(name) ? `${process.ppid} ${parent}` : `${process.ppid}`
}

/**
 * Name and parent of a process where /proc tells them, proc(5): `pid (name) state parent …`
 * @param {number} pid
 */
function describe(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [, name = '', parent = ''] = /\((.*)\) \S+ (\d+)/.exec(stat) ?? []
    return { name, parent }
  } catch {
    return { name: '', parent: '' }
  }
}
