/**
 * What `countersign check` and `countersign doctor` look at: the name of a rule, by which scripts know
 * it, and what is promised where it holds. docs/cli.md lists them; a test compares.
 */
export const RULES = {
  // The environment of the parts.
  same_address: 'the parts name one auth server',
  same_audience: 'the parts name one audience',
  same_secret: 'the auth server signs with the shared secret that the parts hold',
  own_secret: 'every secret serves one purpose',
  same_site: 'web and auth server are on one site',
  https: 'addresses outside of this machine use https',
  // An auth server.
  metadata: 'the metadata is there and names its own issuer',
  key_set: 'the key set can be fetched and used',
  key_of_token: 'the key that signs is in the key set',
  token_profile: 'access tokens have every claim and a short life',
  sign_in: 'a real sign-in works',
  trusted_origin: 'pages of the web application can sign in',
  wrong_password: 'a wrong password is refused',
  cookie: 'the session cookie is out of reach of scripts, plain http and other sites',
  no_token_to_browser: 'a browser never sees a refresh token in a body',
  cross_site: 'requests that another site caused are refused',
  refusal_form: 'refusals are JSON, never a page',
  hostile_input: 'hostile input is refused and never an error of the server',
  access_is_no_session: 'an access token neither refreshes nor acts on the account',
  parallel_refresh: 'ten parallel refreshes are one family',
  reuse: 'an old refresh token ends its family',
  sign_out: 'a sign-out ends the refreshing at once',
  forwarded: 'X-Forwarded-For counts from trusted proxies only',
  // An API.
  missing_token: 'no token is answered 401 with a bare "WWW-Authenticate: Bearer"',
  genuine_token: 'a genuine token is accepted',
  malformed: 'what is no token is refused',
  challenge: 'a bad token is answered with error="invalid_token"',
  no_algorithm: 'tokens without an algorithm are refused',
  foreign_key: 'tokens of a foreign key are refused',
  changed_token: 'changed tokens are refused',
  confused_key: 'a public key is no HMAC secret',
  truncated: 'truncated tokens are refused',
  oversized: 'oversized tokens are refused',
  respelled: 'one token has one spelling',
  other_purpose: 'only access tokens are accepted',
  expired: 'expired tokens are refused',
  other_audience: 'tokens for another audience are refused',
  other_issuer: 'tokens of another issuer are refused',
  future: 'tokens from the future are refused',
  long_life: 'tokens that live for years are refused',
  missing_claims: 'tokens without exp, aud, iss or sub are refused',
  unknown_extension: 'tokens with an unknown critical extension are refused',
  old_key: 'tokens of keys that have left are refused',
  token_in_address: 'a token in the address does not count',
  same_user: 'the API answers for the user of the token',
  // Both.
  reachable: 'it answers',
  open_cors: 'pages of other sites cannot read the answers',
  no_store: 'answers for one user are kept by no cache',
  clock: 'the clock agrees with this machine',
} as const

export type Rule = keyof typeof RULES
