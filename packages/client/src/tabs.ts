import type { Runtime } from './runtime.js'
import { remainingSeconds, type Store } from './store.js'
import { parseTokenAnswer } from './token-answer.js'

/** Tells the other tabs of this origin. They get the value itself: a signal would make each of them ask. */
export interface Tabs {
  /** `replace` after a sign-in: the token counts whatever the tabs held. */
  readonly shareToken: (options: { replace: boolean }) => void
  readonly shareEnd: (options: {
    reason?: string | undefined
    sessionId?: string | undefined
  }) => void
  readonly close: () => void
}

export function connectTabs(name: string, options: { store: Store; runtime: Runtime }): Tabs {
  const { store, runtime } = options
  const channel = runtime.openChannel(name, (message) => receive(message, store))
  return {
    shareToken: ({ replace }) => {
      const token = store.current()
      if (!channel || !token) return
      const { accessToken, user } = token
      const expiresIn = remainingSeconds(token, runtime)
      channel.post({ type: 'token', replace, answer: { accessToken, expiresIn, user } })
    },
    shareEnd: ({ reason, sessionId }) => channel?.post({ type: 'end', reason, sessionId }),
    close: () => channel?.close(),
  }
}

/** Only scripts of this origin can post here; the shape is checked because versions may differ. */
function receive(data: unknown, store: Store): void {
  const message = Object(data) as Record<string, unknown>
  if (message.type === 'token') {
    const answer = parseTokenAnswer(message.answer)
    if (answer) store.accept(answer, { replace: message.replace === true })
  }
  if (message.type === 'end') {
    store.end({ reason: textOf(message.reason), sessionId: textOf(message.sessionId) })
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
