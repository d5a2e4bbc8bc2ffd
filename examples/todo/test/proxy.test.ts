import { fileURLToPath } from 'node:url'
import { routesMissedByProxy } from '@countersign/next/testing'
import { describe, expect, it, vi } from 'vitest'

vi.mock('server-only', () => ({}))

const appDirectory = fileURLToPath(new URL('../app', import.meta.url))

describe('the matcher', () => {
  it('leaves out no page and no route handler', async () => {
    const { config } = await import('../proxy')

    expect(routesMissedByProxy({ config, appDirectory })).toEqual([])
  })
})
