import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const FRAMEWORKS = ['hono', 'express', 'fastify', 'fastapi'] as const
export type Framework = (typeof FRAMEWORKS)[number]

/** A Next.js application, as its files tell. */
export interface WebProject {
  /** Relative to where it was looked for; `.` for that folder itself. */
  readonly folder: string
  /** `src` where the application keeps its own files there. */
  readonly source: '' | 'src'
  readonly typescript: boolean
  /** Next.js 16 calls it a proxy, 15 a middleware. */
  readonly nextMajor: number
  /** Files of a router that knows route handlers; without them there is nothing to write. */
  readonly hasAppRouter: boolean
  /** Better Auth or Auth.js answers at `/api/auth` already. */
  readonly authPathIsTaken: boolean
  readonly install: string
}

export interface ApiProject {
  readonly folder: string
  readonly framework: Framework
  /** Where its own files are, relative to its folder. */
  readonly source: string
  readonly typescript: boolean
  readonly install: string
}

export interface Project {
  readonly web: WebProject | undefined
  readonly api: ApiProject | undefined
}

const SKIPPED = new Set(['node_modules', 'dist', 'build', 'out', 'venv', 'target', 'coverage'])
/** Folders of a workspace whose members are one level deeper. */
const WORKSPACES = ['apps', 'packages', 'services']

/** Looks for a Next.js application and an API here and in folders below; nothing is run. */
export function detect(root: string): Project {
  const folders = foldersOf(root)
  const web = folders.map((folder) => webIn(root, folder)).find(Boolean)
  const apis = folders.filter((folder) => folder !== web?.folder)
  return { web, api: apis.map((folder) => apiIn(root, folder)).find(Boolean) }
}

function foldersOf(root: string): readonly string[] {
  const below = (folder: string) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('.') && !SKIPPED.has(name))
      .sort()
      .map((name) => join(folder, name))
  const first = below('.')
  const members = first.filter((name) => WORKSPACES.includes(name)).flatMap(below)
  return ['.', ...first, ...members]
}

/** @returns `undefined` where there is no Next.js */
export function webIn(root: string, folder: string): WebProject | undefined {
  const place = join(root, folder)
  const range = dependenciesIn(place).get('next')
  if (range === undefined) return undefined
  const has = (...path: string[]) => existsSync(join(place, ...path))
  const source = has('app') || !has('src', 'app') ? '' : 'src'
  const auth = join(place, source, 'app/api/auth')
  const routes = existsSync(auth) ? readdirSync(auth) : []
  return {
    folder,
    source,
    typescript: has('tsconfig.json'),
    nextMajor: Number(/\d+/.exec(range)?.[0] ?? 16),
    hasAppRouter: has('app') || has('src', 'app'),
    authPathIsTaken: routes.some((name) => /^\[\[?\.{3}(?!countersign)/.test(name)),
    install: installerIn(root, place),
  }
}

/** @returns `undefined` where there is no framework that we have an adapter for */
export function apiIn(root: string, folder: string): ApiProject | undefined {
  const place = join(root, folder)
  if (isFastapi(place)) {
    const source = ['app', 'src/app', 'src', 'api'].find((name) =>
      existsSync(join(place, name, 'main.py')),
    )
    const install = existsSync(join(place, 'uv.lock')) ? 'uv add' : 'pip install'
    return { folder, framework: 'fastapi', source: source ?? '', typescript: false, install }
  }
  const dependencies = dependenciesIn(place)
  const framework = FRAMEWORKS.find((name) => dependencies.has(name))
  if (!framework || dependencies.has('next')) return undefined
  return {
    folder,
    framework,
    source: existsSync(join(place, 'src')) ? 'src' : '',
    typescript: existsSync(join(place, 'tsconfig.json')),
    install: installerIn(root, place),
  }
}

function isFastapi(place: string): boolean {
  return ['pyproject.toml', 'requirements.txt', 'requirements.in', 'Pipfile'].some((name) =>
    /^\s*["']?fastapi\b/im.test(textOf(join(place, name)).replace(/[[,]/g, '\n')),
  )
}

function dependenciesIn(place: string): ReadonlyMap<string, string> {
  try {
    const { dependencies, devDependencies } = JSON.parse(textOf(join(place, 'package.json')))
    return new Map(Object.entries({ ...devDependencies, ...dependencies }))
  } catch {
    return new Map()
  }
}

function installerIn(...places: readonly string[]): string {
  const has = (name: string) => places.some((place) => existsSync(join(place, name)))
  if (has('pnpm-lock.yaml')) return 'pnpm add'
  if (has('yarn.lock')) return 'yarn add'
  return has('bun.lock') || has('bun.lockb') ? 'bun add' : 'npm install'
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
