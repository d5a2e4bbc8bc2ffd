import { CANCELLED } from './exit-codes.js'

/** Whether there is somebody to ask. */
export function isTerminal(): boolean {
  return Boolean(process.stdin.isTTY && process.stdout.isTTY)
}

/** What is typed without being shown; `undefined` where nobody can be asked. */
export async function askSecret(message: string): Promise<string | undefined> {
  if (!isTerminal()) return undefined
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message })
  return isCancel(answer) ? leave() : answer
}

/**
 * Whether to go on with what cannot be undone: somebody at a terminal says so, or `yes` did. A script
 * is not asked: it means what it says.
 */
export async function confirmed(message: string, yes: boolean | undefined): Promise<boolean> {
  if (yes || !isTerminal()) return true
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message, initialValue: false })
  return isCancel(answer) ? leave() : answer
}

/** Everything that comes in by a pipe, without the line break at its end. */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8').trim()
}

/** Ctrl-C at a question ends the command, and changes nothing. */
function leave(): never {
  process.stderr.write('countersign: cancelled\n')
  process.exit(CANCELLED)
}
