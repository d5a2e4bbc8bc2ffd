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
 * Asks somebody at a terminal before what cannot be undone, and ends the command if they say no; `yes`
 * answers in advance. A script is not asked: it means what it says.
 */
export async function confirmOrLeave(message: string, yes: boolean | undefined): Promise<void> {
  if (yes || !isTerminal()) return
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message, initialValue: false })
  if (isCancel(answer) || !answer) leave()
}

/** Everything that comes in by a pipe, without the line break at its end. */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8').trim()
}

/** No, or Ctrl-C, at a question ends the command, and changes nothing. */
function leave(): never {
  process.stderr.write('countersign: cancelled\n')
  process.exit(CANCELLED)
}
