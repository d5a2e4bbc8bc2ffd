import { type Logger, pino } from 'pino'
import {
  databaseFromEnvironment,
  type Environment,
  listenFromEnvironment,
  optionsFromEnvironment,
} from '../environment.js'
import { listen } from '../listen.js'
import { createServer } from '../server.js'

const PURGE_INTERVAL_MS = 3_600_000

/** Runs until SIGINT or SIGTERM, then drains and closes. */
export async function serve(env: Environment, log: Logger): Promise<void> {
  const options = optionsFromEnvironment(env)
  const address = listenFromEnvironment(env)
  const database = await databaseFromEnvironment(env, (error) =>
    log.warn({ code: (error as NodeJS.ErrnoException).code }, 'database connection lost'),
  )
  try {
    const server = await createServer({ ...options, database, log })
    const listening = await listen(server, address)
    const purging = setInterval(() => void purge(server, log), PURGE_INTERVAL_MS)
    log.info(`listening on ${options.url} (port ${listening.port})`)
    await stopSignal()
    clearInterval(purging)
    log.info('stopping: finishing what runs')
    await listening.close()
  } finally {
    await database.close()
  }
}

/**
 * Lines for people, or JSON for programs.
 * @throws TypeError for an unknown `COUNTERSIGN_LOG_LEVEL`
 */
export function createLog(json: boolean): Logger {
  const level = process.env.COUNTERSIGN_LOG_LEVEL || 'info'
  if (level !== 'silent' && !Object.hasOwn(pino.levels.values, level)) {
    const names = Object.keys(pino.levels.values).join(', ')
    throw new TypeError(`COUNTERSIGN_LOG_LEVEL must be one of ${names}, silent`)
  }
  if (json) return pino({ level })
  const options = { colorize: false, ignore: 'pid,hostname', translateTime: 'HH:MM:ss', sync: true }
  return pino({
    level,
    transport: { target: 'pino-pretty', options: { ...options, singleLine: true } },
  })
}

async function purge(server: { purge(): Promise<void> }, log: Logger): Promise<void> {
  await server
    .purge()
    .catch(() => log.warn('clearing away old sessions failed; trying again later'))
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  }).then(() => undefined)
}
