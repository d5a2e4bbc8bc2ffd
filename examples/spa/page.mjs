/** @typedef {{ authUrl: string, apiUrl: string }} Settings Two origins. */

/**
 * Where auth server and API are, from the environment. Throws `TypeError` for what is no URL.
 * @param {NodeJS.ProcessEnv} env
 * @returns {Settings}
 */
export function settingsFrom(env) {
  return {
    authUrl: new URL(env.COUNTERSIGN_URL || 'http://localhost:4400').origin,
    apiUrl: new URL(env.API_URL || 'http://localhost:8000').origin,
  }
}

/**
 * Writes the addresses into the page. Done when it is served, so that one build serves every
 * environment and no inline script is needed.
 * @param {string} html
 * @param {Settings} settings
 */
export function fillIn(html, { authUrl, apiUrl }) {
  return html.replaceAll('%COUNTERSIGN_URL%', authUrl).replaceAll('%API_URL%', apiUrl)
}

/**
 * What the page may do: run and draw what came with it, talk to these two servers, and nothing else.
 * No script can turn text into markup or code either (Trusted Types).
 * @param {Settings} settings
 */
export function contentSecurityPolicy({ authUrl, apiUrl }) {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${authUrl} ${apiUrl}`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}
