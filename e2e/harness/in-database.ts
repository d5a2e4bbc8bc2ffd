import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import type { Person } from './daybook.js'
import type { Stack } from './stack.js'

/** What `bcrypt` made of it in Python, with cost 10. */
const OLD_PASSWORD = 'remembered since 2019'
const OLD_HASH = '$2b$10$abcdefghijklmnopqrstuukm3rrZhFy46Y57wjuxv3nunb814pCTS'

/** Somebody with the rows that a migration brings: the id of the old table and its bcrypt hash. */
export async function addVeteran(
  stack: Stack,
  person: Person,
): Promise<Person & { readonly id: string }> {
  const id = randomUUID()
  await query(
    stack,
    `insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
     values ($1, $2, $3, true, now(), now())`,
    [id, person.name, person.email],
  )
  await query(
    stack,
    `insert into account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
     values ($1, $2, 'credential', $2, $3, now(), now())`,
    [randomUUID(), id, OLD_HASH],
  )
  return { ...person, id, password: OLD_PASSWORD }
}

/** The hash that the database has of somebody's password. */
export async function passwordHashOf(stack: Stack, { email }: Person): Promise<unknown> {
  const [row] = await query(
    stack,
    `select a.password from account a join "user" u on u.id = a."userId" where u.email = $1`,
    [email],
  )
  return row?.password
}

/** All that the audit log of a stack says. */
export function auditOf(stack: Stack): Promise<readonly Record<string, unknown>[]> {
  return query(stack, 'select * from countersign_audit order by id')
}

/** Asks the PostgreSQL of a stack. */
async function query(
  stack: Stack,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: stack.postgres?.url })
  await client.connect()
  try {
    return (await client.query(text, [...values])).rows
  } finally {
    await client.end()
  }
}
