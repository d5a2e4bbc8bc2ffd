import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { apiFiles, USE } from '../init/api-files.js'
import { type ApiProject, apiIn, detect, type WebProject, webIn } from '../init/detect.js'
import { nextFiles } from '../init/next-files.js'
import { type PlannedFile, planFiles, writeFiles } from '../init/project-file.js'
import { confirmOrLeave, isTerminal } from './ask-person.js'
import { FOUND_FAULTS } from './exit-codes.js'
import type { InitFlags } from './init-command.js'
import { print } from './print.js'

export async function init(flags: InitFlags): Promise<void> {
  const root = resolve(flags.cwd ?? '.')
  const { web, api } = find(root, flags)
  const audience = flags.audience ?? `${nameOf(root)}-api`
  const files = [...(web ? nextFiles(web, audience) : []), ...(api ? apiFiles(api, audience) : [])]
  const plan = planFiles(root, files)
  const { json, dryRun, yes } = flags
  if (!json) process.stdout.write(`${describe(web, api, plan)}\n`)
  const writes = !dryRun && plan.some(({ state }) => state === 'new')
  if (writes) await allowWriting(yes)
  const written = writes ? writeFiles(root, plan) : []
  const toMerge = plan.filter(({ state }) => state === 'merge')
  const steps = nextSteps(web, api)
  const result = { web: web ?? null, api: api ?? null, files: plan, written, nextSteps: steps }
  print(json, result, conclusion(written, toMerge, steps))
  if (toMerge.length > 0) process.exitCode = FOUND_FAULTS
}

function nameOf(root: string): string {
  return basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
}

/** @throws Error with one sentence if there is nothing to begin with */
function find(root: string, flags: InitFlags) {
  if (!existsSync(root)) throw new Error(`there is no folder ${root}`)
  const found = choose(root, flags)
  if (!found.web && !found.api) {
    throw new Error(
      'found neither a Next.js application nor an API here: --web and --api name them',
    )
  }
  if (found.web?.hasAppRouter === false) {
    throw new Error('the Next.js application has no "app" folder')
  }
  return found
}

/** What was named counts more than what is found. */
function choose(root: string, { web, api, framework }: InitFlags) {
  const found = detect(root)
  const chosenWeb = web === undefined ? found.web : webIn(root, web)
  if (web !== undefined && !chosenWeb) throw new Error(`${web} is no Next.js application`)
  if (api === 'none') return { web: chosenWeb, api: undefined }
  const named = api === undefined ? found.api : apiIn(root, api)
  const chosenApi = framework && (named || api) ? asFramework(root, named, api, framework) : named
  if (api !== undefined && !chosenApi) {
    throw new Error(`${api} is no API of a framework that is known: --framework names it`)
  }
  return { web: chosenWeb, api: chosenApi }
}

function asFramework(
  root: string,
  named: ApiProject | undefined,
  folder = named?.folder ?? '.',
  framework: ApiProject['framework'],
): ApiProject {
  const install = framework === 'fastapi' ? 'pip install' : 'npm install'
  const typescript = existsSync(resolve(root, folder, 'tsconfig.json'))
  const source = existsSync(resolve(root, folder, 'src')) ? 'src' : ''
  return { source, typescript, install, ...named, folder, framework }
}

/** A script says so in advance; nobody else can. */
async function allowWriting(yes: boolean | undefined): Promise<void> {
  if (!yes && !isTerminal()) {
    throw new Error('say --yes to write, or --dry-run: there is nobody to ask')
  }
  await confirmOrLeave('Write the new files?', yes)
}

const STATES = { new: 'new', same: 'there already', merge: 'exists, left alone' } as const

function describe(
  web: WebProject | undefined,
  api: ApiProject | undefined,
  plan: readonly PlannedFile[],
): string {
  const language = (typescript: boolean) => (typescript ? 'TypeScript' : 'JavaScript')
  const lines = [
    web && `Found  ${web.folder}  Next.js ${web.nextMajor}, ${language(web.typescript)}`,
    api && `Found  ${api.folder}  ${api.framework}`,
    !api && 'No API found: --api names its folder.',
    '',
    ...plan.map(({ path, state }) => `  ${path}  (${STATES[state]})`),
  ]
  return lines.filter((line) => line !== undefined && line !== false).join('\n')
}

function conclusion(
  written: readonly string[],
  toMerge: readonly PlannedFile[],
  steps: readonly string[],
): string {
  const merges = toMerge.map(({ path, content }) => `To merge into ${path}:\n\n${indent(content)}`)
  const sum = `${written.length} file${written.length === 1 ? '' : 's'} written.`
  return ['', ...merges, sum, 'Next:', ...steps.map((step) => `  ${step}`)].join('\n')
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ')
}

function nextSteps(web: WebProject | undefined, api: ApiProject | undefined): readonly string[] {
  const at = (folder: string) => (folder === '.' ? '' : `cd ${folder} && `)
  return [
    ...(web ? [`${at(web.folder)}${web.install} @countersign/next @countersign/client`] : []),
    ...(api ? [`${at(api.folder)}${api.install} ${packageOf(api)}`, USE[api.framework]] : []),
    'npx countersign secret   # for COUNTERSIGN_COOKIE_SECRET, and another for the auth server',
    'npx countersign serve    # the auth server; then start your application and your API',
    'npx countersign doctor   # proves that all three agree',
  ]
}

function packageOf({ framework }: ApiProject): string {
  return framework === 'fastapi' ? '"countersign[fastapi]"' : '@countersign/verify'
}
