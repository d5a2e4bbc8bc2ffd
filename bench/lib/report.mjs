import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, totalmem } from 'node:os'

const require = createRequire(import.meta.url)

/** The machine, in one line, and how busy others keep it. */
export function machine() {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB, Node.js ${process.versions.node}, OpenSSL ${process.versions.openssl}; load ${loadavg()[0]?.toFixed(1)} before the start`
}

/** `name version` of packages, as installed. @param {...string} names */
export function versions(...names) {
  return names.map((name) => `${name} ${versionOf(name)}`).join(', ')
}

/** A Markdown table. @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, index) => (index === 0 ? '---' : '--:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

/** @param {number} value */
export const ratio = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)}×`

/** @param {number} value */
export const whole = (value) => Math.round(value).toLocaleString('en')

/** @param {string} name */
function versionOf(name) {
  const paths = require.resolve.paths(name) ?? []
  for (const path of paths) {
    try {
      return JSON.parse(readFileSync(`${path}/${name}/package.json`, 'utf8')).version
    } catch {}
  }
  return '?'
}
