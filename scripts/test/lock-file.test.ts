import { describe, expect, it } from 'vitest'
import { missingOptionals, withOptionals } from '../lib/lock-file.mjs'
import { readSource } from './sources.js'

const PACKAGES = {
  '': {},
  'node_modules/tool': {
    dev: true,
    optionalDependencies: { 'tool-linux-x64-gnu': '1.0.0', 'tool-darwin-arm64': '1.0.0' },
  },
  'node_modules/tool-linux-x64-gnu': { version: '1.0.0', optional: true },
}

describe('missingOptionals', () => {
  it('finds packages of other systems that npm left out', () => {
    expect(missingOptionals(PACKAGES)).toEqual([
      { name: 'tool-darwin-arm64', version: '1.0.0', dev: true },
    ])
  })

  it('finds none that is nested below the package that names it', () => {
    const nested = { 'node_modules/tool/node_modules/tool-darwin-arm64': { version: '1.0.0' } }

    expect(missingOptionals({ ...PACKAGES, ...nested })).toEqual([])
  })
})

describe('withOptionals', () => {
  it('adds them for their system, in order', () => {
    const complete = withOptionals(PACKAGES)

    expect(missingOptionals(complete)).toEqual([])
    expect(complete['node_modules/tool-darwin-arm64']).toEqual({
      version: '1.0.0',
      cpu: ['arm64'],
      dev: true,
      optional: true,
      os: ['darwin'],
    })
    expect(Object.keys(complete).at(-1)).toBe('node_modules/tool-linux-x64-gnu')
  })

  it('keeps the C libraries of Linux apart', () => {
    const packages = {
      a: { optionalDependencies: { 'a-linux-x64-musl': '1', 'a-linux-arm-gnueabihf': '1' } },
    }

    const complete = withOptionals(packages)

    expect(complete['node_modules/a-linux-x64-musl']).toMatchObject({
      cpu: ['x64'],
      libc: ['musl'],
    })
    expect(complete['node_modules/a-linux-arm-gnueabihf']).toMatchObject({
      cpu: ['arm'],
      libc: ['glibc'],
    })
  })

  it('refuses to guess', () => {
    const packages = { a: { optionalDependencies: { 'left-pad': '1' } } }

    expect(() => withOptionals(packages)).toThrow('left-pad')
  })
})

describe('package-lock.json', () => {
  it('is complete, so that npm ci works everywhere (else: node scripts/complete-lock.mjs)', () => {
    const { packages } = JSON.parse(readSource('package-lock.json'))

    expect(missingOptionals(packages)).toEqual([])
  })
})
