#!/usr/bin/env node
// To be run after `npm install` has changed package-lock.json; a test says when.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingOptionals, withOptionals } from './lib/lock-file.mjs'
import { ROOT } from './lib/paths.mjs'

const file = join(ROOT, 'package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))
const missing = missingOptionals(lock.packages)
if (missing.length > 0) {
  lock.packages = withOptionals(lock.packages)
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}
console.log(`package-lock.json: ${missing.length} optional packages added`)
