import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { ensureFastapi } from './fastapi.mjs'
import { startLocalPostgres } from './local-postgres.mjs'
import { FASTAPI, ROOT } from './paths.mjs'
import { report } from './user-error.mjs'

const LAST_WORDS_MILLISECONDS = 1000

/** Runs the API, and ends it when this process is gone, which closes its standard input. */
const TETHERED = `
import os, runpy, threading
def end_with_parent():
    while os.read(0, 4096): # not sys.stdin, whose lock Python wants when it ends
        pass
    os._exit(1)
threading.Thread(target=end_with_parent, daemon=True).start()
runpy.run_module("tasks_api", run_name="__main__")
`

/**
 * The API on FastAPI as one process: Python, and PostgreSQL where `DATABASE_URL` does not name one.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} The exit code.
 */
async function main(env) {
  const fastapi = await ensureFastapi(console.log)
  const folder = resolve(ROOT, env.API_DATA_DIR || '.countersign/api')
  const database = env.DATABASE_URL ? undefined : await startLocalPostgres(folder)
  const child = spawn(fastapi.python, ['-c', TETHERED], {
    cwd: FASTAPI,
    env: { ...env, ...fastapi.env, ...database?.env },
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const stop = () => child.kill('SIGTERM')
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // The start script is gone, and its guard is about to end this process: Python must not stay.
  process.on('disconnect', () => setTimeout(() => child.kill('SIGKILL'), LAST_WORDS_MILLISECONDS))
  process.on('exit', () => child.kill('SIGKILL'))
  const [code] = await once(child, 'exit')
  await database?.stop()
  return code ?? 1
}

try {
  process.exit(await main(process.env))
} catch (error) {
  report(error)
  process.exit(1)
}
