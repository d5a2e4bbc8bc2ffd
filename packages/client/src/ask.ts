import { call } from './call.js'
import { ClientError } from './errors.js'
import type { Settings } from './options.js'
import { parseTokenAnswer, type TokenAnswer } from './token-answer.js'

/** Failures that say that there is no session any more. */
export const ENDINGS = ['session_ended', 'refresh_reused', 'refresh_invalid']

/**
 * Asks for an access token; for another one than that with the id `rejected`. Rejects with
 * `ClientError`.
 *
 * A session that is said to have ended is asked for a second time: a sign-in in another tab may have
 * replaced the cookie meanwhile, and only the second answer lets a token route delete it.
 */
export async function askForToken(
  settings: Settings,
  rejected: string | undefined,
): Promise<TokenAnswer> {
  const ask = (keepCookie?: true) =>
    // The auth server makes a new token in any case, and wants no body.
    call(settings, settings.isDirect ? {} : { body: { keepCookie, rejected } })
  const body = await ask(true).catch((error: ClientError) => {
    if (ENDINGS.includes(error.code)) return ask()
    throw error
  })
  const answer = parseTokenAnswer(body)
  if (answer) return answer
  throw new ClientError()
}
