import { type Service, supervise } from '../../scripts/lib/supervise.mjs'

/** One server process of a stack, which can be ended and started again on the same port. */
export interface ServerProcess {
  readonly name: string
  /** What it has said so far, over all its lives. */
  readonly lines: readonly string[]
  /** Resolves when it answers. */
  start(): Promise<void>
  /** Asks it to stop, as a deployment does. */
  stop(): Promise<void>
  /** `kill -9`: it gets no chance to finish anything. */
  kill(): Promise<void>
}

/**
 * A process as `npm start` runs it. It ends with the process that started it, however that went.
 */
export function serverProcess(service: Service): ServerProcess {
  const lines: string[] = []
  let running: ReturnType<typeof supervise> | undefined
  const write = (line: string) => void lines.push(line)
  return {
    name: service.name,
    lines,
    async start() {
      running = supervise([service], { write })
      await running.ready.catch((cause) => {
        throw new Error(`${service.title} did not start:\n${lines.slice(-20).join('\n')}`, {
          cause,
        })
      })
    },
    async stop() {
      await running?.stop()
      running = undefined
    },
    async kill() {
      const [pid] = running?.pids() ?? []
      if (!running || pid === undefined) return
      process.kill(pid, 'SIGKILL')
      await running.failed.catch(() => {})
      running = undefined
    },
  }
}
