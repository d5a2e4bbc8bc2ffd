/** The user of a credentials sign-in, carrying the backend's tokens; null if it refuses. */
export async function signInAtBackend({ email, password }) {
  const tokens = await ask('/login', { email, password }).catch(() => null)
  return tokens && { id: email, email, tokens }
}

/** New tokens for a refresh token; rejects if the backend refuses it. */
export function refreshTokens(refreshToken) {
  return ask('/refresh', { refreshToken })
}

async function ask(path, body) {
  const response = await fetch(process.env.BACKEND_URL + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`the backend answered ${response.status}`)
  const { accessToken, refreshToken, expiresIn } = await response.json()
  return { accessToken, refreshToken, expiresAt: Math.floor(Date.now() / 1000 + expiresIn) }
}
