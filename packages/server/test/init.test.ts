import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from './child-process.js'
import { run } from './cli-process.js'

const PATIENCE = 120_000
const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const TSC = join(ROOT, 'node_modules/.bin/tsc')
const NEXT_FILES = [
  'web/lib/auth.ts',
  'web/lib/auth-client.ts',
  'web/proxy.ts',
  'web/app/api/auth/[...countersign]/route.ts',
  'web/.env.example',
]

/** Below the packages of the workspace, so that what is written finds them. */
let place: string
let projects = 0
beforeAll(async () => {
  await build()
  await promisify(execFile)(TSC, ['-b', join(ROOT, 'packages/next')])
  await mkdir(join(ROOT, '.cache'), { recursive: true })
  place = await mkdtemp(join(ROOT, '.cache/init-'))
}, PATIENCE)
afterAll(() => rm(place, { recursive: true, force: true }))

type Files = Readonly<Record<string, string | object>>

async function project(files: Files): Promise<string> {
  projects += 1
  const folder = join(place, `Shop ${projects}`)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    await writeFile(join(folder, path), text)
  }
  return folder
}

const web = (next = '^16.0.0'): Files => ({
  'web/package.json': { dependencies: { next, react: '19' } },
  'web/tsconfig.json': '{}',
  'web/app/page.tsx': '',
})
const api = (framework: string): Files => ({
  'api/package.json': { dependencies: { [framework]: '*' } },
  'api/tsconfig.json': '{}',
  'api/src/index.ts': '',
})

async function init(folder: string, ...flags: string[]) {
  const { code, stdout, stderr } = await run(['init', '--cwd', folder, ...flags])
  return { code, stdout, stderr, report: flags.includes('--json') ? JSON.parse(stdout) : undefined }
}

/** Projects whose files the compiler shall accept. */
const written: string[] = []

/** Errors of the compiler for all of them, as strict as it can be. */
async function typeErrors(): Promise<string> {
  const config = {
    compilerOptions: {
      ...{ strict: true, noEmit: true, skipLibCheck: true, exactOptionalPropertyTypes: true },
      ...{ target: 'ES2022', module: 'ESNext', moduleResolution: 'Bundler', jsx: 'react-jsx' },
      ...{
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        types: ['node'],
        noUncheckedIndexedAccess: true,
      },
    },
    include: written.map((folder) => join(folder, '**/*.ts')),
  }
  await writeFile(join(place, 'tsconfig.json'), JSON.stringify(config))
  const checked = promisify(execFile)(TSC, ['-p', 'tsconfig.json'], { cwd: place })
  return checked.then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  )
}

describe('countersign init', { timeout: PATIENCE }, () => {
  it.each(['hono', 'express', 'fastify'])('writes what Next.js and %s need', async (framework) => {
    const folder = await project({ ...web(), ...api(framework) })

    const { code, report } = await init(folder, '--yes', '--json')

    expect(code).toBe(0)
    expect(report).toMatchObject({
      web: { folder: 'web', nextMajor: 16 },
      api: { folder: 'api', framework },
      written: [...NEXT_FILES, 'api/src/auth.ts', 'api/.env.example'],
    })
    written.push(folder)
    expect(await readFile(join(folder, 'api/.env.example'), 'utf8')).toContain(
      `COUNTERSIGN_AUDIENCE=shop-${projects}-api\n`,
    )
  })

  it('writes auth/dependencies.py beside the main.py of FastAPI, which Python compiles', async () => {
    const folder = await project({
      ...web(),
      'api/pyproject.toml': '[project]\ndependencies = ["fastapi[standard]>=0.115"]\n',
      'api/app/main.py': '',
    })

    const { report } = await init(folder, '--yes', '--json')

    const file = 'api/app/auth/dependencies.py'
    expect(report.api).toMatchObject({ framework: 'fastapi', source: 'app' })
    expect(report.written).toContain(file)
    const text = await readFile(join(folder, file), 'utf8')
    expect(text).toContain('from countersign.fastapi import CurrentUser')
    const parse = ['-c', 'import ast, sys; ast.parse(sys.argv[1])', text]
    const parsed = promisify(execFile)('python3', parse).catch(({ code, stderr }) => ({
      code,
      stderr,
    }))
    expect(await parsed).toMatchObject({ stderr: '' })
  })

  it('writes a middleware for Next.js 15, in src, and in JavaScript', async () => {
    const folder = await project({
      'package.json': { dependencies: { next: '15.5.2' } },
      'src/app/page.jsx': '',
    })

    const { report } = await init(folder, '--yes', '--json')

    expect(report.written).toContain('src/middleware.js')
    expect(report.written).toContain('src/app/api/auth/[...countersign]/route.js')
    expect(await readFile(join(folder, 'src/middleware.js'), 'utf8')).toMatch(
      /^export \{ middleware \} [\s\S]*runtime: 'nodejs'/,
    )
  })

  it('takes another path where Better Auth or Auth.js has its own', async () => {
    const folder = await project({ ...web(), 'web/app/api/auth/[...all]/route.ts': 'export {}' })

    const { report } = await init(folder, '--yes', '--json')

    expect(report.written).toContain('web/app/api/countersign/[...countersign]/route.ts')
    written.push(folder)
    expect(await readFile(join(folder, 'web/lib/auth-client.ts'), 'utf8')).toContain(
      "tokenUrl: '/api/countersign/token'",
    )
  })

  it('writes nothing that the compiler does not accept', async () => {
    expect(written).toHaveLength(4)
    expect(await typeErrors()).toBe('')
  })

  it('overwrites nothing: prints what to merge, and of settings what is missing', async () => {
    const own = 'export const mine = 1\n'
    const settings = 'COUNTERSIGN_URL=https://auth.example.com\n# COUNTERSIGN_AUDIENCE=x\n'
    const folder = await project({
      ...web(),
      'web/lib/auth.ts': own,
      'web/.env.example': settings,
    })

    const { code, stdout } = await init(folder, '--yes')
    const again = await init(folder, '--yes', '--json')

    expect(code).toBe(2)
    expect(await readFile(join(folder, 'web/lib/auth.ts'), 'utf8')).toBe(own)
    expect(await readFile(join(folder, 'web/.env.example'), 'utf8')).toBe(settings)
    expect(stdout).toMatch(/web\/lib\/auth\.ts {2}\(exists, left alone\)/)
    expect(stdout).toMatch(
      /To merge into web\/lib\/auth\.ts:\n\n {4}import \{ createCountersign \}/,
    )
    const merge = stdout.slice(stdout.indexOf('To merge into web/.env.example'))
    expect(merge).toContain('COUNTERSIGN_COOKIE_SECRET=')
    expect(merge).not.toMatch(/COUNTERSIGN_(URL|AUDIENCE)=/)
    expect(again.report.written).toEqual([])
  })

  it.each([
    ['--dry-run', ['--dry-run'], 0],
    ['nobody to ask and no --yes', [], 1],
  ] as const)('writes nothing with %s', async (_name, flags, ends) => {
    const folder = await project({ ...web(), ...api('hono') })

    const { code, stdout } = await init(folder, ...flags)

    expect(code).toBe(ends)
    expect(stdout).toMatch(/Found {2}web {2}Next\.js 16, TypeScript\nFound {2}api {2}hono/)
    expect(stdout).toMatch(/web\/proxy\.ts {2}\(new\)/)
    await expect(stat(join(folder, 'web/proxy.ts'))).rejects.toThrow()
  })

  it.each<[string, Files, string[], string]>([
    ['nothing is found', { 'README.md': '' }, [], 'found neither a Next.js application nor'],
    ['there is no app folder', { 'package.json': { dependencies: { next: '16' } } }, [], '"app"'],
    ['--web is something else', { 'x/package.json': '{' }, ['--web', 'x'], 'x is no Next.js'],
    [
      '--api is something else',
      { ...web(), 'x/a.txt': '' },
      ['--api', 'x'],
      '--framework names it',
    ],
  ])('ends with one sentence where %s', async (_name, files, flags, sentence) => {
    const folder = await project(files)

    const { code, stdout, stderr } = await init(folder, '--yes', ...flags)

    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^countersign: [^\n]+\n$/)
    expect(stderr).toContain(sentence)
  })
})
