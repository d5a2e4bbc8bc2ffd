import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The first of several commands that is installed, as a path.
 * @param {readonly string[]} names
 * @param {readonly string[]} [folders] Looked into before PATH.
 */
export function findExecutable(names, folders = []) {
  const places = [...folders, ...(process.env.PATH ?? '').split(delimiter)].filter(Boolean)
  return names.flatMap((name) => places.map((place) => join(place, name))).find(isExecutable)
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Where packages put the programs of PostgreSQL, newest version first. */
export function postgresFolders() {
  const debian = '/usr/lib/postgresql'
  const versions = listing(debian).sort((a, b) => Number(b) - Number(a))
  const homebrew = ['17', '16', '15'].map(
    (version) => `/opt/homebrew/opt/postgresql@${version}/bin`,
  )
  return [...versions.map((version) => join(debian, version, 'bin')), ...homebrew]
}

/** @param {string} folder */
function listing(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
