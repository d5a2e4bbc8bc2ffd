/**
 * @typedef {object} Locked An entry of package-lock.json.
 * @property {string} [version]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {Record<string, string>} [optionalDependencies]
 */

/** @typedef {Record<string, Locked>} LockedPackages */
/** @typedef {{ name: string, version: string, dev: boolean }} Missing */

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const PROCESSORS = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64']

/**
 * Optional packages that another package names and the lock file does not: npm leaves out those of
 * systems whose packages it cannot see, and `npm ci` then refuses the file (npm/cli#4828).
 * @param {LockedPackages} packages
 * @returns {Missing[]}
 */
export function missingOptionals(packages) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev = false }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isLocked(packages, path, name))
      .map(([name, version]) => ({ name, version, dev })),
  )
}

/**
 * The same packages and entries for the missing ones. A name says what system it is for:
 * `binding-linux-x64-musl`. Without hash, which npm adds where the package gets installed.
 * @param {LockedPackages} packages
 * @returns {LockedPackages}
 */
export function withOptionals(packages) {
  const added = missingOptionals(packages).map(({ name, version, dev }) => {
    const { os, cpu, libc } = platformOf(name)
    const entry = { version, cpu, ...(dev ? { dev } : {}), ...libc, optional: true, os }
    return /** @type {const} */ ([`node_modules/${name}`, entry])
  })
  const all = [...Object.entries(packages), ...added]
  return Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, 'en')))
}

/**
 * Looks where Node.js would: beside the package's own dependencies, then outwards.
 * @param {LockedPackages} packages
 * @param {string} path
 * @param {string} name
 */
function isLocked(packages, path, name) {
  const parts = path.split('/node_modules/')
  const places = [...parts.keys()].map((index) => parts.slice(0, index + 1).join('/node_modules/'))
  return ['', ...places.map((place) => `${place}/`)].some(
    (place) => `${place}node_modules/${name}` in packages,
  )
}

/** @param {string} name */
function platformOf(name) {
  const words = name.split(/[-/]/)
  const os = SYSTEMS.filter((system) => words.includes(system))
  const cpu = PROCESSORS.filter((processor) => words.includes(processor))
  if (os.length === 0 || cpu.length === 0) throw new Error(`what system is ${name} for?`)
  const musl = words.some((word) => word.startsWith('musl'))
  const gnu = os[0] === 'linux' && words.some((word) => word.startsWith('gnu'))
  return { os, cpu, libc: musl ? { libc: ['musl'] } : gnu ? { libc: ['glibc'] } : {} }
}
