import { rmSync } from 'node:fs'

const folders = new Set<string>()

process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
// The runner ends a test process that takes too long, and then no exit event would come.
process.once('SIGTERM', () => process.exit(143))

/** Has a folder deleted when this process ends, if nothing has deleted it by then. */
export function deleteAtExit(folder: string): void {
  folders.add(folder)
}

/** Deletes such a folder now. */
export function deleteNow(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  folders.delete(folder)
}
