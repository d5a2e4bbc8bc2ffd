import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The web app that `npm start` runs. */
export const WEB = join(ROOT, 'examples/todo')

/** The API that `npm start` runs. */
export const API = join(ROOT, 'examples/api-hono')

/** The same API in Python, for `npm start -- --api fastapi`. */
export const FASTAPI = join(ROOT, 'examples/api-fastapi')

/** The command of an installed package, such as `tsc`. @param {string} name */
export const bin = (name) => join(ROOT, 'node_modules/.bin', name)

/** A path as a person would type it in the repository. @param {string} path */
export function display(path) {
  const local = relative(ROOT, path)
  return local.startsWith('..') ? path : local
}
