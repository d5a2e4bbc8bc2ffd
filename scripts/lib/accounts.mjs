import { readFileSync } from 'node:fs'

/**
 * The account that a server may run as which refuses to run as root, as PostgreSQL does.
 * Undefined when this process is not root and no other account is needed.
 * @param {readonly string[]} names
 * @returns {{ uid: number, gid: number } | undefined}
 */
export function unprivilegedAccount(names) {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const accounts = lines.map((line) => line.split(':'))
  const found = names.flatMap((name) => accounts.filter((fields) => fields[0] === name))[0]
  return found && { uid: Number(found[2]), gid: Number(found[3]) }
}
