import { Command } from 'commander'
import { PUBLISHED_BEFORE_SECONDS } from '../keys/key-times.js'
import { confirmOrLeave } from './ask-person.js'

interface Flags {
  readonly json?: boolean
}

const READS = `
Reads DATABASE_URL or COUNTERSIGN_DATA_DIR, COUNTERSIGN_SECRET, COUNTERSIGN_ALGORITHM and
COUNTERSIGN_ACCESS_SECONDS, as the server does.`

export function keysCommand(): Command {
  return new Command('keys')
    .description('List, rotate and withdraw the keys that sign access tokens')
    .addCommand(listCommand())
    .addCommand(rotateCommand())
    .addCommand(retireCommand())
}

function listCommand(): Command {
  return new Command('list')
    .description('List the keys: next, current, former, ended or withdrawn')
    .option('--json', 'print them as JSON')
    .addHelpText('after', READS)
    .action(async (flags: Flags) => (await tools()).printKeys(process.env, flags))
}

function rotateCommand(): Command {
  const minutes = PUBLISHED_BEFORE_SECONDS / 60
  return new Command('rotate')
    .description(`Make the next key: published at once, it signs in ${minutes} minutes`)
    .option('--now', 'sign with it at once and withdraw all others: for a key that was stolen')
    .option('--yes', 'with --now: do not ask')
    .option('--json', 'print the new key as JSON')
    .addHelpText(
      'after',
      `
Nothing else is to be done: when the next key begins to sign, the one before stays published until its
last token has ended. No request fails.

With --now they do for a while: access tokens made so far are refused, and their users refresh. A
server notices within 30 seconds, and a verifier may keep the old key set, and with it believe the
stolen key, for 5 minutes.
${READS}`,
    )
    .action(async (flags: Flags & { now?: boolean; yes?: boolean }) => {
      const question = 'Refuse every access token that was made so far?'
      if (flags.now) await confirmOrLeave(question, flags.yes)
      await (await tools()).rotate(process.env, flags)
    })
}

function retireCommand(): Command {
  return new Command('retire')
    .description('Withdraw a key from the key set')
    .argument('<kid>', 'the key, as "keys list" shows it')
    .option('--force', 'although it signs, or its tokens may be alive: they will be refused')
    .option('--yes', 'with --force: do not ask')
    .option('--json', 'print the key as JSON')
    .addHelpText(
      'after',
      `
Keys leave by themselves; this is for one that shall not wait. The only key that signs is never
withdrawn: "keys rotate --now" replaces it. A current key with --force hands over to the next one.
${READS}`,
    )
    .action(async (kid: string, flags: Flags & { force?: boolean; yes?: boolean }) => {
      const question = `Refuse every access token of the key ${kid}?`
      if (flags.force) await confirmOrLeave(question, flags.yes)
      await (await tools()).retire(process.env, kid, flags)
    })
}

/** Loaded when it is needed: help shall not wait for a database driver. */
function tools(): Promise<typeof import('./keys.js')> {
  return import('./keys.js')
}
