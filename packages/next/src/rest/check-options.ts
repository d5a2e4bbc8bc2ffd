import { ALGORITHMS } from '@countersign/core'
import { PATHS, type RestBackendOptions } from './options.js'

const NAMES = [
  ...['url', 'paths', 'map', 'headers', 'verify', 'replay', 'refreshCookie'],
  ...['accessSeconds', 'sessionSeconds', 'lateSeconds'],
]
const MAP_NAMES = [
  ...['login', 'signup', 'refresh', 'logout', 'exchange'],
  ...['tokens', 'user', 'session', 'errors', 'ended'],
]
const VERIFY_NAMES = [
  ...['algorithms', 'secret', 'jwksUri', 'jwks', 'issuer', 'audience', 'userIdClaim'],
]
const SECONDS = ['accessSeconds', 'sessionSeconds', 'lateSeconds'] as const
/** Refuses what is wrong whatever the environment. Throws `TypeError` naming the option and the rule. */
export function checkRestOptions(options: RestBackendOptions): void {
  refuseUnknown('', options, NAMES)
  refuseUnknown('paths.', options.paths, Object.keys(PATHS))
  refuseUnknown('map.', options.map, MAP_NAMES)
  for (const [name, path] of Object.entries(options.paths ?? {})) checkPath(name, path)
  for (const [name, value] of Object.entries(options.map ?? {})) checkMapper(name, value)
  for (const name of SECONDS) {
    const value = options[name]
    if (value !== undefined && !(Number.isFinite(value) && value > 0)) {
      throw new TypeError(`restBackend: ${name} must be a positive number of seconds`)
    }
  }
  checkVerify(options)
  const { refreshCookie } = options
  if (refreshCookie !== undefined && !/^[A-Za-z0-9_.-]+$/.test(refreshCookie)) {
    throw new TypeError('restBackend: refreshCookie must be the name of a cookie')
  }
  if (options.paths?.exchange && !options.headers) {
    throw new TypeError('restBackend: paths.exchange needs headers that prove to the API who calls')
  }
  if (options.paths?.revoke && !options.paths.revoke.includes('{id}')) {
    throw new TypeError('restBackend: paths.revoke needs {id} in it')
  }
}

function checkVerify({ verify, paths }: RestBackendOptions): void {
  if (verify === undefined || typeof verify === 'function') return
  if (verify === 'me') {
    if (paths?.me !== false) return
    throw new TypeError("restBackend: verify: 'me' needs paths.me")
  }
  refuseUnknown('verify.', verify, VERIFY_NAMES)
  const { algorithms } = verify
  const isList = Array.isArray(algorithms) && algorithms.length > 0
  if (isList && algorithms.every((algorithm) => ALGORITHMS.includes(algorithm))) return
  throw new TypeError(`restBackend: verify.algorithms must be a list of ${ALGORITHMS.join(', ')}`)
}

function checkPath(name: string, path: unknown): void {
  if (path === undefined || path === false) return
  if (typeof path === 'string' && /^\/(?!\/)[^\s\\?#]*$/.test(path)) return
  throw new TypeError(`restBackend: paths.${name} must be a path such as /auth/login, or false`)
}

function checkMapper(name: string, value: unknown): void {
  const isTable = name === 'errors' && typeof value === 'object'
  if (value === undefined || typeof value === 'function' || isTable) return
  throw new TypeError(`restBackend: map.${name} must be a function`)
}

function refuseUnknown(prefix: string, value: object = {}, names: readonly string[] = []): void {
  const stray = Object.keys(value).find((name) => !names.includes(name))
  if (stray) throw new TypeError(`restBackend has no option "${prefix}${stray}"`)
}
