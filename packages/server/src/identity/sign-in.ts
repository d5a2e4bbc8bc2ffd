import { isAPIError } from 'better-auth/api'
import { ProblemError } from '../http/problem-error.js'
import type { Identity } from './better-auth.js'

export interface Credentials {
  readonly email: string
  readonly password: string
  readonly remember: boolean
}

/** What Better Auth says no with, and what we say. Anything else is a fault, not an answer. */
const REFUSALS = {
  INVALID_EMAIL_OR_PASSWORD: 'invalid_credentials',
  EMAIL_NOT_VERIFIED: 'email_not_verified',
  BANNED_USER: 'account_locked',
  USER_ALREADY_EXISTS: 'email_taken',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'email_taken',
  PASSWORD_TOO_SHORT: 'weak_password',
  PASSWORD_TOO_LONG: 'invalid_request',
  INVALID_EMAIL: 'invalid_request',
} as const

/**
 * Makes an account with its first session of Better Auth.
 * @throws ProblemError `email_taken`, `weak_password`
 */
export async function signUp(
  identity: Identity,
  { email, password, remember, name }: Credentials & { readonly name: string },
): Promise<string> {
  const body = { email, password, name, rememberMe: remember }
  const { token } = await translate(identity.api.signUpEmail({ body })).catch((error) =>
    explainFailedSignUp(identity, email, error),
  )
  if (!token) throw new ProblemError('email_not_verified')
  return token
}

/**
 * Makes a session of Better Auth for a user who proved by other means who they are.
 * @returns its token, or `undefined` if the user is gone
 * @throws ProblemError `account_locked`
 */
export async function signInUser(
  identity: Identity,
  userId: string,
  remember: boolean,
): Promise<string | undefined> {
  const { internalAdapter } = await identity.$context
  if (!(await internalAdapter.findUserById(userId))) return undefined
  const { token } = await translate(internalAdapter.createSession(userId, !remember))
  return token
}

async function translate<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw refusalOf(error) ?? error
  }
}

/**
 * Better Auth hides why a user could not be written. Either another sign-up with the address came
 * first, or the database fails: then it fails here too, and says how.
 */
async function explainFailedSignUp(
  identity: Identity,
  email: string,
  error: unknown,
): Promise<never> {
  if (codeOf(error) !== 'FAILED_TO_CREATE_USER') throw error
  const { internalAdapter } = await identity.$context
  throw (await internalAdapter.findUserByEmail(email)) ? new ProblemError('email_taken') : error
}

function refusalOf(error: unknown): ProblemError | undefined {
  const code = codeOf(error)
  return code && code in REFUSALS
    ? new ProblemError(REFUSALS[code as keyof typeof REFUSALS])
    : undefined
}

function codeOf(error: unknown): string | undefined {
  return isAPIError(error) ? error.body?.code : undefined
}
