import { randomBytes } from 'node:crypto'
import { Command } from 'commander'

export function secretCommand(): Command {
  return new Command('secret')
    .description('Print a new random secret of 256 bits')
    .option('--json', 'print it as JSON')
    .action((flags: { json?: boolean }) => {
      const secret = randomBytes(32).toString('base64url')
      process.stdout.write(`${flags.json ? JSON.stringify({ secret }) : secret}\n`)
    })
}
