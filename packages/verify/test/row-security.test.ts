import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkRowSecurity } from '../src/postgres.js'
import { DATABASES, type NotesDatabase, START_TIMEOUT_MS } from './postgres-databases.js'

describe.each(DATABASES)('checkRowSecurity on %s', (_, open) => {
  let db: NotesDatabase
  beforeAll(async () => {
    db = await open()
  }, START_TIMEOUT_MS)
  afterAll(() => db.close())

  it('accepts a role that policies bind on every table', async () => {
    const checking = checkRowSecurity(db.pool, { role: db.role, tables: ['notes', 'public.notes'] })

    await expect(checking).resolves.toBeUndefined()
  })

  it.each([
    ['a superuser', 'notes', () => 'postgres'],
    ['a role with BYPASSRLS', 'notes', () => db.names.bypass],
    ['a member of the owner', 'inherited_notes', () => db.names.heir],
    ['a table without policies', 'open_notes', () => db.role],
    ['a table that is not there', 'no_notes', () => db.role],
  ])('refuses %s', async (_name, table, role) => {
    const checking = checkRowSecurity(db.pool, { role: role(), tables: ['notes', table] })

    await expect(checking).rejects.toThrow(TypeError)
  })

  it('refuses a login role that no policy binds', async () => {
    await expect(checkRowSecurity(db.pool, { tables: ['notes'] })).rejects.toThrow('"postgres"')
  })
})
