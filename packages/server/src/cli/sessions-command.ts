import { Command } from 'commander'
import type { Database } from '../database/database.js'
import type { UserSummary } from '../users/user-rows.js'
import { confirmOrLeave } from './ask-person.js'
import { columns, print } from './print.js'

interface Flags {
  readonly json?: boolean
  readonly id?: string
  readonly all?: boolean
  readonly yes?: boolean
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function sessionsCommand(): Command {
  return new Command('sessions')
    .description('Where a user is signed in; every API that listens hears of an end at once')
    .addHelpText('after', '\nReads DATABASE_URL or COUNTERSIGN_DATA_DIR.')
    .addCommand(listCommand())
    .addCommand(endCommand())
}

const listCommand = () =>
  new Command('list')
    .description('Print the live sessions of a user, the one used last first')
    .argument('<email>', 'address of the user')
    .option('--json', 'print them as JSON')
    .action(async (email: string, { json }: Flags) => {
      const { listSessions } = await import('../sessions/operate-sessions.js')
      const sessions = await ofUser(email, (database, { id }) => listSessions(database, id))
      const rows = sessions.map((session) => [
        session.id,
        session.last_seen_at.toISOString(),
        session.client_id,
        session.ip ?? '',
        (session.user_agent ?? '').slice(0, 60),
      ])
      print(
        json,
        sessions.map((session) => ({
          id: session.id,
          createdAt: session.created_at,
          expiresAt: session.expires_at,
          lastSeenAt: session.last_seen_at,
          clientId: session.client_id,
          remember: session.remember,
          ip: session.ip,
          userAgent: session.user_agent,
        })),
        rows.length === 0
          ? 'The user is signed in nowhere.'
          : columns([['ID', 'LAST SEEN', 'CLIENT', 'IP', 'USER AGENT'], ...rows]),
      )
    })

const endCommand = () =>
  new Command('end')
    .description('End a session of a user, or all of them')
    .argument('<email>', 'address of the user')
    .option('--id <id>', 'the session, as "sessions list" shows it')
    .option('--all', 'every session of the user')
    .option('--yes', 'do not ask')
    .option('--json', 'print the result as JSON')
    .action(async (email: string, { json, id, all, yes }: Flags) => {
      if ((id === undefined) === !all) throw new TypeError('say --id <id> or --all, and not both')
      if (id !== undefined && !UUID.test(id)) throw new TypeError('--id is not that of a session')
      if (all) await confirmOrLeave(`End every session of ${email}?`, yes)
      const { endSessions } = await import('../sessions/operate-sessions.js')
      const ended = await ofUser(email, (database, user) => endSessions(database, user.id, id))
      if (id !== undefined && ended === 0) throw new Error('the user has no such live session')
      print(json, { ended }, ended === 1 ? 'One session ended.' : `${ended} sessions ended.`)
    })

/** @throws Error with one sentence for an address that nobody has */
async function ofUser<T>(
  email: string,
  work: (database: Database, user: UserSummary) => Promise<T>,
): Promise<T> {
  const [{ announceByRedis, withDatabase }, { createUsers }] = await Promise.all([
    import('./with-database.js'),
    import('../users/users.js'),
  ])
  const result = await withDatabase(process.env, async (database) => {
    const user = await createUsers({ database }).findByEmail(email)
    if (!user) throw new Error('there is no user with that address')
    return work(database, user)
  })
  await announceByRedis(process.env)
  return result
}
