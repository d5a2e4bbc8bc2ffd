import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { display } from './paths.mjs'
import { UserError } from './user-error.mjs'

/**
 * Makes the folder of an embedded database, or refuses one that cannot be it.
 * @param {string} folder
 * @param {string} variable The environment variable that chooses another folder.
 */
export function prepareDataFolder(folder, variable) {
  const fault = faultOf(folder)
  if (!fault) return
  throw new UserError(
    `The database folder ${display(folder)} ${fault}: move it away and a new one is made, or set ${variable} to another folder.`,
  )
}

/** @param {string} folder */
function faultOf(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch {
    return existsSync(folder) ? 'is not a folder' : 'cannot be made'
  }
  if (!statSync(folder).isDirectory()) return 'is not a folder'
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return 'cannot be written to'
  }
  return undefined
}
