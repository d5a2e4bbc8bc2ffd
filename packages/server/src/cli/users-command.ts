import { Command } from 'commander'
import { BY_CLI } from '../audit/act.js'
import type { UserChange, UserSummary } from '../users/user-rows.js'
import type { Users } from '../users/users.js'
import { confirmOrLeave } from './ask-person.js'
import { columns, print } from './print.js'
import { resetSecondFactorCommand } from './reset-second-factor-command.js'
import { importCommand } from './users-import-command.js'

interface Flags {
  readonly yes?: boolean
  readonly json?: boolean
  readonly after?: string
  readonly limit?: string
  readonly reason?: string
  readonly until?: string
}

export function usersCommand(): Command {
  return new Command('users')
    .description('What an operator does to users; every API that listens hears of it at once')
    .addHelpText('after', '\nReads DATABASE_URL or COUNTERSIGN_DATA_DIR.')
    .addCommand(listCommand())
    .addCommand(banCommand())
    .addCommand(unbanCommand())
    .addCommand(roleCommand())
    .addCommand(deleteCommand())
    .addCommand(resetSecondFactorCommand())
    .addCommand(importCommand())
}

const listCommand = () =>
  new Command('list')
    .description('Print users by address')
    .option('--after <email>', 'begin after this address')
    .option('--limit <number>', 'at most so many', '100')
    .option('--json', 'print them as JSON')
    .action(async ({ json, after, limit }: Flags) => {
      if (!/^[1-9]\d{0,4}$/.test(limit ?? '')) throw new TypeError('--limit must be 1 to 99999')
      const users = await work((all) => all.list(after, Number(limit)))
      const rows = users.map((user) => [user.email, user.role, user.banned ? 'banned' : ''])
      print(json, users.map(publicUser), columns([['EMAIL', 'ROLE', ''], ...rows]))
    })

const banCommand = () =>
  changing('ban', 'End every session of a user and let them sign in no more')
    .option('--reason <text>', 'for other operators')
    .option('--until <instant>', 'when it ends, like 2030-01-31T12:00:00Z')
    .action(async (email: string, { json, reason, until }: Flags) => {
      const ban = { reason, until: until === undefined ? undefined : instant(until) }
      await change(email, json, 'The user was banned.', (users, { id }) =>
        users.ban(id, ban, BY_CLI),
      )
    })

const unbanCommand = () =>
  changing('unban', 'Let a user sign in again').action((email: string, { json }: Flags) =>
    change(email, json, 'The ban was lifted.', (users, { id }) => users.unban(id, BY_CLI)),
  )

const roleCommand = () =>
  changing('role', 'Give a user another role')
    .argument('<role>', 'such as user or admin')
    .action((email: string, role: string, { json }: Flags) =>
      change(email, json, `The role is ${role} now.`, (users, { id }) =>
        users.setRole(id, role, BY_CLI),
      ),
    )

const deleteCommand = () =>
  changing('delete', 'Delete a user for good')
    .option('--yes', 'do not ask')
    .action(async (email: string, { json, yes }: Flags) => {
      await confirmOrLeave(`Delete ${email} and everything that is known of them?`, yes)
      await change(email, json, 'The user was deleted.', (users, { id }) =>
        users.remove(id, BY_CLI),
      )
    })

const changing = (name: string, description: string) =>
  new Command(name)
    .description(description)
    .argument('<email>', 'address of the user')
    .option('--json', 'print the result as JSON')

/** @throws Error with one sentence where nothing may be changed */
async function change(
  email: string,
  json: boolean | undefined,
  done: string,
  act: (users: Users, user: UserSummary) => Promise<UserChange>,
): Promise<void> {
  const result = await work(async (users) => {
    const user = await users.findByEmail(email)
    const outcome = user ? await act(users, user) : 'unknown_user'
    return { id: user?.id, outcome }
  })
  if (result.outcome === 'unknown_user') throw new Error('there is no user with that address')
  if (result.outcome === 'last_admin') {
    throw new Error('the last admin cannot be demoted, banned or deleted')
  }
  print(json, result, result.outcome === 'changed' ? done : 'That was so already.')
}

async function work<T>(act: (users: Users) => Promise<T>): Promise<T> {
  const [{ announceByRedis, withDatabase }, { createUsers }] = await Promise.all([
    import('./with-database.js'),
    import('../users/users.js'),
  ])
  const result = await withDatabase(process.env, (database) => act(createUsers({ database })))
  await announceByRedis(process.env)
  return result
}

function instant(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) {
    throw new TypeError('--until must be an instant like 2030-01-31T12:00:00Z')
  }
  return date
}

function publicUser(user: UserSummary) {
  const { ban_reason: banReason, ban_expires: banExpires, created_at: createdAt, ...rest } = user
  return { ...rest, banReason, banExpires, createdAt }
}
