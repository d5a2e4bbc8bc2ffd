import { CLIENT_SCOPES, type ClientScope } from '@countersign/core'
import { Command, Option } from 'commander'
import { CLIENT_ID_RULE, isClientId } from '../clients/client-id.js'
import { confirmOrLeave } from './ask-person.js'
import { columns, print } from './print.js'

interface Flags {
  readonly yes?: boolean
  readonly json?: boolean
  readonly name?: string
  readonly scope?: readonly ClientScope[]
}

export function clientsCommand(): Command {
  return new Command('clients')
    .description('Programs with a credential of their own, such as a web server or an API')
    .addHelpText('after', '\nReads DATABASE_URL or COUNTERSIGN_DATA_DIR.')
    .addCommand(listCommand())
    .addCommand(addCommand())
    .addCommand(removeCommand())
}

const listCommand = () =>
  new Command('list')
    .description('Print the clients')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: Flags) => {
      const clients = await administer((admin) => admin.list())
      const rows = clients.map(({ id, scopes, name }) => [id, scopes.join(','), name])
      print(
        json,
        clients.map(({ created_at, ...client }) => ({ ...client, createdAt: created_at })),
        columns([['ID', 'SCOPES', 'NAME'], ...rows]),
      )
    })

const addCommand = () =>
  new Command('add')
    .description('Make a client and print its secret, once')
    .argument('<id>', 'what it calls itself')
    .addOption(
      new Option('--scope <scope...>', 'what it may do beyond its own sessions').choices(
        CLIENT_SCOPES,
      ),
    )
    .option('--name <text>', 'what it is, for people')
    .option('--json', 'print it as JSON')
    .action(async (id: string, { json, name, scope: scopes = [] }: Flags) => {
      if (!isClientId(id)) throw new TypeError(`the id of a client ${CLIENT_ID_RULE}`)
      const secret = await administer((admin) => admin.add({ id, name, scopes }))
      if (secret === undefined) throw new Error('there is a client of that id already')
      print(json, { id, secret, scopes }, secret)
    })

const removeCommand = () =>
  new Command('remove')
    .description('Remove a client and end its sessions')
    .argument('<id>', 'what it calls itself')
    .option('--yes', 'do not ask')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nA running server believes its credential for up to 30 seconds more.')
    .action(async (id: string, { json, yes }: Flags) => {
      await confirmOrLeave(`Remove the client ${id} and end its sessions?`, yes)
      const removed = await administer((admin) => admin.remove(id))
      if (!removed) throw new Error('there is no client of that id')
      print(json, { id, removed }, 'The client was removed and its sessions ended.')
    })

type Admin = ReturnType<typeof import('../clients/client-admin.js').createClientAdmin>

async function administer<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const [{ announceByRedis, withDatabase }, { createClientAdmin }] = await Promise.all([
    import('./with-database.js'),
    import('../clients/client-admin.js'),
  ])
  const result = await withDatabase(process.env, (database) => work(createClientAdmin(database)))
  await announceByRedis(process.env)
  return result
}
