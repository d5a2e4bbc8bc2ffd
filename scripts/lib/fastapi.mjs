import { join } from 'node:path'
import { FASTAPI } from './paths.mjs'
import { ensurePython } from './python.mjs'

/** What runs the API on FastAPI, beside the package of `python/`. */
const REQUIREMENTS = ['examples/api-fastapi/requirements.txt']

/**
 * The Python that runs the API on FastAPI, and what leads it to the sources.
 * @param {(line: string) => void} log
 */
export async function ensureFastapi(log) {
  const python = await ensurePython(log, { requirements: REQUIREMENTS })
  return { python, env: { PYTHONPATH: join(FASTAPI, 'src'), PYTHONUNBUFFERED: '1' } }
}
