import { Command } from 'commander'
import { auditCommand } from './audit-command.js'
import { checkCommand } from './check-command.js'
import { clientsCommand } from './clients-command.js'
import { doctorCommand } from './doctor-command.js'
import { initCommand } from './init-command.js'
import { keysCommand } from './keys-command.js'
import { migrateCommand } from './migrate-command.js'
import { secretCommand } from './secret-command.js'
import { serveCommand } from './serve-command.js'
import { sessionsCommand } from './sessions-command.js'
import { tokenCommand } from './token-command.js'
import { usersCommand } from './users-command.js'

/** The command line: every command with its help. docs/cli.md tells the same; a test compares. */
export function createProgram(): Command {
  return new Command('countersign')
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
}
