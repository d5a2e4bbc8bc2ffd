import 'server-only'
import { redisReplayStore, restBackend } from '@countersign/next'
import { Redis } from 'ioredis'

/**
 * A backend that was there before: its own paths, names and errors, and a refresh that takes a second use
 * of a token for theft. Its code is in `backend/`, and nothing of Countersign is in it.
 */
export function consultationBackend(url: string) {
  const { REDIS_URL, CONSULTATION_API_KEY = '' } = process.env
  return restBackend({
    url,
    paths: {
      login: '/auth/login',
      signup: '/auth/register',
      refresh: '/auth/renew',
      logout: '/auth/logout',
      me: '/auth/whoami',
      exchange: '/auth/external',
    },
    // By which it knows who vouches for people that Google or GitHub have signed in; and for its log.
    headers: ({ userAgent }) => ({
      'X-Api-Key': CONSULTATION_API_KEY,
      ...(userAgent ? { 'User-Agent': userAgent } : {}),
    }),
    map: {
      login: ({ email, password }) => ({ username: email, password }),
      signup: ({ email, password, name }) => ({ username: email, password, display_name: name }),
      user: ({ account_no: id, mail, display_name: name, groups, mail_confirmed }) => ({
        ...{ id, email: mail, name, emailVerified: mail_confirmed },
        role: Array.isArray(groups) && groups.includes('admin') ? 'admin' : 'user',
      }),
      errors: {
        BAD_CREDENTIALS: 'invalid_credentials',
        ACCOUNT_LOCKED: 'account_locked',
        SLOW_DOWN: 'rate_limited',
        USERNAME_TAKEN: 'email_taken',
        PASSWORD_TOO_SHORT: 'weak_password',
        NOT_LINKED: 'email_not_verified',
      },
    },
    // Several web servers share what was answered; one keeps it in memory.
    ...(REDIS_URL ? { replay: redisReplayStore(new Redis(REDIS_URL)) } : {}),
  })
}
