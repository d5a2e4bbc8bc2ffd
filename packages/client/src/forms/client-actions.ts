import type { Client } from '../client.js'
import { ActionError } from './action-error.js'
import { type Answer, ask, type Question } from './ask.js'
import type { Enrolment, Entered, FormActions, SignedInDevice } from './form-actions.js'

/** What of the client is used: it is told who signed in, and asked when a session seems to have ended. */
type SignInClient = Pick<Client, 'adopt' | 'refresh'>

/** Answers that say something of the session, and nothing of the form. */
const OF_THE_SESSION = ['missing_token', 'session_ended', 'refresh_invalid', 'refresh_reused']

/**
 * The actions of a page with the Countersign client. `url` is where the account routes are:
 * `/api/auth` of the own web server by default, else `https://auth.example.com/api/auth`.
 */
export function clientActions(
  client: SignInClient,
  { url = '/api/auth' }: { readonly url?: string } = {},
): FormActions {
  const send = async (path: string, question: Question = {}): Promise<Answer> => {
    try {
      return await ask(url + path, question)
    } catch (error) {
      const { code } = error as ActionError
      // Whoever watches the session leaves the page then, and says why.
      if (OF_THE_SESSION.includes(code)) await client.refresh().catch(() => {})
      throw error
    }
  }
  const enter = async (path: string, body: object): Promise<Entered> => {
    const answer = await send(path, { body })
    if (answer.status === 202) return { next: 'check_mail' }
    const { next, challenge, methods } = answer.body as Partial<Record<string, never>>
    if (next === 'second_factor' && challenge) return { next, challenge, methods: methods ?? [] }
    client.adopt(answer.body)
    return { next: 'done' }
  }
  return {
    signIn: (body) => enter('/login', body),
    signUp: (body) => enter('/signup', body),
    secondFactor: (body) => enter('/second-factor', body),
    resendVerification: async (body) => void (await send('/email/resend', { body })),
    verifyEmail: async (body) => void (await send('/email/verify', { body })),
    confirmEmail: async (body) => {
      const { status } = await send('/email/change/confirm', { body })
      return { complete: status !== 202 }
    },
    forgotPassword: async (body) => void (await send('/password/forgot', { body })),
    resetPassword: async (body) => void (await send('/password/reset', { body })),
    changePassword: async (body) => void (await send('/password/change', { body })),
    listSessions: async () => {
      const { body } = await send('/sessions', { method: 'GET' })
      return listIn<SignedInDevice>(body.sessions)
    },
    revokeSession: async (id) => void (await send(`/sessions/${id}`, { method: 'DELETE' })),
    revokeOtherSessions: async () => void (await send('/sessions', { method: 'DELETE' })),
    enrollSecondFactor: async (body) => {
      const { uri, secret } = (await send('/second-factor/enroll', { body })).body
      return { uri: String(uri), secret: String(secret) } satisfies Enrolment
    },
    activateSecondFactor: async (body) => codesIn(await send('/second-factor/activate', { body })),
    disableSecondFactor: async (body) => void (await send('/second-factor/disable', { body })),
    newRecoveryCodes: async (body) =>
      codesIn(await send('/second-factor/recovery-codes', { body })),
  }
}

function codesIn({ body }: Answer) {
  return { recoveryCodes: listIn<string>(body.recoveryCodes) }
}

function listIn<T>(value: unknown): readonly T[] {
  if (Array.isArray(value)) return value
  throw new ActionError('service_unavailable')
}
