import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkNode, isInstalled } from '../lib/dependencies.mjs'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-install-'))
  mkdirSync(join(folder, 'node_modules'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(file: string, packages: object): void {
  writeFileSync(join(folder, file), JSON.stringify({ packages }))
}

const LOCKED = {
  '': { name: 'workspace' },
  'packages/core': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/b-linux': { version: '1.0.0', integrity: 'sha512-b', optional: true },
}

describe('isInstalled', () => {
  it('accepts what the lock file names, without optional packages of other systems', () => {
    write('package-lock.json', LOCKED)
    write('node_modules/.package-lock.json', { 'node_modules/a': LOCKED['node_modules/a'] })

    expect(isInstalled(folder)).toBe(true)
  })

  it('refuses an installation that was never finished', () => {
    write('package-lock.json', LOCKED)

    expect(isInstalled(folder)).toBe(false)
  })

  it.each([
    ['another version', { version: '1.0.1', integrity: 'sha512-a' }],
    ['another archive', { version: '1.0.0', integrity: 'sha512-x' }],
    ['a missing package', undefined],
  ])('refuses %s', (_, a) => {
    write('package-lock.json', LOCKED)
    write('node_modules/.package-lock.json', { 'node_modules/a': a })

    expect(isInstalled(folder)).toBe(false)
  })
})

describe('checkNode', () => {
  it.each(['20.19.0', '22.0.0', '24.1.0'])('accepts %s', (version) => {
    expect(() => checkNode(version)).not.toThrow()
  })

  it.each(['18.20.0', '20.18.1'])('refuses %s', (version) => {
    expect(() => checkNode(version)).toThrow(`this is ${version}`)
  })
})
