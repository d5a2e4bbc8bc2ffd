import pg from 'pg'
import type { Listener } from './database.js'

/** Milliseconds between two attempts to connect. */
const RETRY_MS = 1_000
const GOODBYE_MS = 1_000

/**
 * Holds one connection that listens, and makes it again whenever it breaks. It keeps no process
 * alive. `channel` is a constant of ours, never input.
 * @returns what ends it
 */
export function keepListening(
  url: string,
  channel: string,
  { connected, heard, lost }: Listener,
): () => Promise<void> {
  let stopped = false
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined

  const attempt = (): void => {
    const current = listeningClient(url, () => {
      if (client !== current) return
      client = undefined
      lost()
      if (!stopped) retry = setTimeout(attempt, RETRY_MS).unref()
    })
    client = current
    current.on('notification', heard)
    void begin(current, channel).then(
      () => client === current && connected(),
      () => current.end().catch(() => {}),
    )
  }

  attempt()
  return async () => {
    stopped = true
    clearTimeout(retry)
    const last = client
    client = undefined
    if (last) await Promise.race([last.end().catch(() => {}), patience()])
  }
}

function listeningClient(url: string, onEnd: () => void): pg.Client {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'countersign listens',
    connectionTimeoutMillis: 3_000,
    query_timeout: 3_000,
    keepAlive: true,
  })
  // Whatever breaks a connection, it ends; unheard, an error would end the process.
  client.on('error', () => {})
  client.once('end', onEnd)
  return client
}

/** A server that hangs does not say goodbye. */
const patience = () => new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref())

async function begin(client: pg.Client, channel: string): Promise<void> {
  await client.connect()
  // Missing in the types.
  ;(client as pg.Client & { unref(): void }).unref()
  await client.query(`listen ${channel}`)
}
