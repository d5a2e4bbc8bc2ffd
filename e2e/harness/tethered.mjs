import { spawn } from 'node:child_process'

/**
 * Runs a program that does not know of us, and ends it with the signal when this process is told to
 * end. Together with `parent-guard.mjs` no test leaves one behind, even when it is killed.
 *
 *   node --import parent-guard.mjs tethered.mjs '{"command":…,"args":[],"signal":"SIGINT","uid":…,"gid":…}'
 */
const { command, args, signal, ...account } = JSON.parse(process.argv[2] ?? '{}')
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...account })
const end = () => child.kill(signal)
process.on('SIGTERM', end)
process.on('SIGINT', end)
child.once('exit', (code) => process.exit(code ?? 1))
