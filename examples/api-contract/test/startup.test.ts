import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { administer, emptyPostgres } from '../../../packages/server/test/databases.js'
import { freePort } from '../../../scripts/lib/ports.mjs'
import { run } from '../../../scripts/lib/run.mjs'
import { KINDS, type Program, START_TIMEOUT_MS, settings } from './apis.js'
import { type Issuer, startIssuer } from './issuer.js'

let issuer: Issuer
let database: Awaited<ReturnType<typeof emptyPostgres>>
beforeAll(async () => {
  issuer = await startIssuer()
  database = await emptyPostgres()
})
afterAll(async () => {
  await issuer.close()
  await database.drop()
})

describe.each(KINDS.filter(({ unscoped }) => !unscoped))('$name', (kind) => {
  let program: Program
  beforeAll(async () => {
    program = await kind.program()
  }, START_TIMEOUT_MS)

  /** Starts it, which is expected to fail. */
  async function start(wrong: NodeJS.ProcessEnv) {
    const { command, args, env } = program
    const right = settings(issuer, database.url, await freePort())
    const all = { PATH: process.env.PATH, ...right, ...env, ...wrong }
    return run(command, args, { quiet: true, env: all })
  }

  it.concurrent.each([
    ['COUNTERSIGN_URL', 'localhost:4400'],
    ['COUNTERSIGN_AUDIENCE', ''],
    ['COUNTERSIGN_API_CLIENT_SECRET', ''],
    ['API_ALLOWED_ORIGINS', 'http://localhost:3000/path'],
    ['API_REQUESTS_PER_MINUTE', '0'],
    ['PORT', '65536'],
  ])('does not start with %s=%s, and says so in one line', async (name, value) => {
    const { code, output } = await start({ [name]: value })

    expect(code).toBe(1)
    expect(output.trim()).toMatch(/^api: [^\n]+\.$/)
    expect(output).toContain(name)
  })

  it('does not start on a table that its requests own', async () => {
    const { url, drop } = await emptyPostgres()
    await administer(url, OWNED_BY_ITS_USERS)

    const { code, output } = await start({ DATABASE_URL: url })
    await drop()

    expect(code).toBe(1)
    expect(output).toContain('policies do not bind an owner')
  })
})

const OWNED_BY_ITS_USERS = `
  do $$
  begin
    create role tasks_api;
  exception when duplicate_object or unique_violation then null;
  end $$;
  create table tasks (
    id uuid primary key default gen_random_uuid(),
    user_id text not null,
    title text not null,
    done boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  alter table tasks owner to tasks_api`
