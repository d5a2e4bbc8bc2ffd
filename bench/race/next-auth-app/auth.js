import NextAuth from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import { refreshTokens, signInAtBackend } from './backend'

/**
 * next-auth as its guide sets it up for a backend with rotating refresh tokens: the tokens live in
 * the NextAuth JWT, and its `jwt` callback refreshes them once the access token has run out.
 * https://authjs.dev/guides/refresh-token-rotation
 */
export const { handlers, auth } = NextAuth({
  trustHost: true,
  session: { strategy: 'jwt' },
  providers: [
    Credentials({ credentials: { email: {}, password: {} }, authorize: signInAtBackend }),
  ],
  callbacks: {
    async jwt({ token, user }) {
      if (user) return { ...token, ...user.tokens }
      if (Date.now() < token.expiresAt * 1000) return token
      try {
        return { ...token, ...(await refreshTokens(token.refreshToken)) }
      } catch {
        // As in the guide: the old tokens stay, and the page is told to ask for a new sign-in.
        return { ...token, error: 'RefreshTokenError' }
      }
    },
    session({ session, token }) {
      return { ...session, accessToken: token.accessToken, error: token.error }
    },
  },
})
