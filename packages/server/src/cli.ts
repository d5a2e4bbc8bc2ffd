#!/usr/bin/env node
import { Command } from 'commander'
import { auditCommand } from './cli/audit-command.js'
import { checkCommand } from './cli/check-command.js'
import { clientsCommand } from './cli/clients-command.js'
import { doctorCommand } from './cli/doctor-command.js'
import { initCommand } from './cli/init-command.js'
import { keysCommand } from './cli/keys-command.js'
import { migrateCommand } from './cli/migrate-command.js'
import { secretCommand } from './cli/secret-command.js'
import { serveCommand } from './cli/serve-command.js'
import { sessionsCommand } from './cli/sessions-command.js'
import { tokenCommand } from './cli/token-command.js'
import { usersCommand } from './cli/users-command.js'

const program = new Command('countersign')
  .description('The auth server of Countersign and its tools')
  .version('0.1.0')
  .addCommand(initCommand())
  .addCommand(serveCommand())
  .addCommand(migrateCommand())
  .addCommand(secretCommand())
  .addCommand(clientsCommand())
  .addCommand(usersCommand())
  .addCommand(sessionsCommand())
  .addCommand(tokenCommand())
  .addCommand(keysCommand())
  .addCommand(auditCommand())
  .addCommand(checkCommand())
  .addCommand(doctorCommand())

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`countersign: ${sentence(error)}\n`)
  process.exitCode = 1
}

/** Several failed connections in one error have no message, but a code. */
function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: unknown }
  return error.message || String(code ?? error.name)
}
