import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RECOMMENDED_MATCHER } from '../src/index.js'
import { routesMissedByProxy } from '../src/testing.js'

let appDirectory: string

beforeEach(() => {
  appDirectory = mkdtempSync(join(tmpdir(), 'countersign-app-'))
})
afterEach(() => rmSync(appDirectory, { recursive: true }))

function write(...files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(appDirectory, file)), { recursive: true })
    writeFileSync(join(appDirectory, file), '')
  }
}

const missedBy = (matcher: string | string[], nextConfig = {}) =>
  routesMissedByProxy({ config: { matcher }, appDirectory, nextConfig })

describe('routesMissedByProxy', () => {
  it('finds none with the recommended matcher', () => {
    write('page.tsx', 'tasks/page.tsx', 'tasks/[id]/page.tsx', 'api/auth/[...countersign]/route.ts')
    write('api/export.csv/route.ts', '(group)/about/page.mdx', 'docs/[[...path]]/page.tsx')

    expect(missedBy(RECOMMENDED_MATCHER)).toEqual([])
    expect(routesMissedByProxy({ config: {}, appDirectory })).toEqual([])
  })

  it('names pages and route handlers that a matcher leaves out', () => {
    write('page.tsx', '(private)/tasks/page.tsx', 'tasks/[id]/page.tsx', 'api/tasks/route.ts')

    expect(missedBy('/tasks')).toEqual(['/', '/api/tasks', '/tasks/[id]'])
    expect(missedBy(['/', '/tasks/:path*'])).toEqual(['/api/tasks'])
    expect(missedBy('/((?!api).*)')).toEqual(['/api/tasks'])
  })

  it('names a route of which it sees only some paths', () => {
    write('docs/[[...path]]/page.tsx')

    expect(missedBy('/docs/:path+')).toEqual(['/docs/[[...path]]'])
    expect(missedBy('/docs/:path*')).toEqual([])
  })

  it('passes over folders and files that are no routes', () => {
    write(
      '_lib/page.tsx',
      '@modal/tasks/page.tsx',
      '(.)tasks/page.tsx',
      'a/layout.tsx',
      'b/page.css',
    )

    expect(missedBy('/nothing')).toEqual([])
  })

  it('knows the path of the application', () => {
    write('tasks/page.tsx')

    expect(missedBy('/tasks', { basePath: '/app' })).toEqual([])
    expect(missedBy('/other', { basePath: '/app' })).toEqual(['/tasks'])
  })
})
