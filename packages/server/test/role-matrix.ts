/**
 * Who may call what (`spec/protocol.md` section 5). A route without a row here fails its test: say for
 * each caller whether it is let `in`, or with which code it is kept out.
 */
export const ROLES = [
  /** No credential at all. */
  'nobody',
  /** The access token of the user whom the call is about, as an API has it. */
  'access',
  /** A confidential client with every scope of an API. */
  'client',
  /** A page of another site in the browser of the user whom the call is about. */
  'forged',
  /** A session of that user. */
  'owner',
  /** A session of another user. */
  'stranger',
  /** A session of an administrator. */
  'admin',
] as const
export type Role = (typeof ROLES)[number]
export type Row = Readonly<Record<Role, string>>

const everybody = (outcome: string): Row => ({
  nobody: outcome,
  access: outcome,
  client: outcome,
  forged: outcome,
  owner: outcome,
  stranger: outcome,
  admin: outcome,
})

/** Anybody may read it, and a page of another site is kept from it by CORS alone. */
const OPEN = everybody('in')
/** Anybody may send it, but no page of another site. */
const OPEN_WRITE = { ...OPEN, forged: 'csrf_rejected' }
const NO_SESSION = { nobody: 'missing_token', access: 'invalid_token', client: 'invalid_token' }
/** A session, of whomever: it is about the user whose session it is. */
const SESSION = { ...OPEN, ...NO_SESSION }
const SESSION_WRITE = { ...SESSION, forged: 'csrf_rejected' }
/** Others find nothing there. */
const OWN = { ...SESSION_WRITE, stranger: 'not_found', admin: 'not_found' }
const ADMIN = {
  ...everybody('insufficient_role'),
  ...NO_SESSION,
  admin: 'in',
}
const ADMIN_WRITE = { ...ADMIN, forged: 'csrf_rejected' }
const CLIENT = { ...everybody('invalid_client'), client: 'in' }
/** OAuth: without a credential the public client, and bearer tokens are no way to authenticate. */
const OAUTH = {
  ...everybody('invalid_client'),
  client: 'in',
  nobody: 'in',
  forged: 'csrf_rejected',
}

export const ROLE_MATRIX: Readonly<Record<string, Row>> = {
  'post /signup': OPEN_WRITE,
  'post /register': OPEN_WRITE,
  'post /login': OPEN_WRITE,
  'post /email/verify': OPEN_WRITE,
  'post /email/resend': OPEN_WRITE,
  'post /email/change': SESSION_WRITE,
  'post /email/change/confirm': OPEN_WRITE,
  'post /password/forgot': OPEN_WRITE,
  'post /password/reset': OPEN_WRITE,
  'post /password/change': SESSION_WRITE,
  'get /second-factor': SESSION,
  'post /second-factor': OPEN_WRITE,
  'post /second-factor/enroll': SESSION_WRITE,
  'post /second-factor/activate': SESSION_WRITE,
  'post /second-factor/disable': SESSION_WRITE,
  'post /second-factor/recovery-codes': SESSION_WRITE,
  'get /accounts': SESSION,
  // The test's users have no account at a third party, and the id is none.
  'delete /accounts/{id}': { ...OWN, owner: 'not_found' },
  'get /providers': OPEN,
  // The test's server has no provider.
  'post /social/{provider}': { ...everybody('not_found'), forged: 'csrf_rejected' },
  'get /callback/{provider}': OPEN,
  'post /refresh': {
    ...OPEN_WRITE,
    ...NO_SESSION,
    access: 'missing_token',
    client: 'missing_token',
  },
  'post /logout': OPEN_WRITE,
  'get /me': {
    ...everybody('invalid_token'),
    nobody: 'missing_token',
    forged: 'missing_token',
    access: 'in',
  },
  'get /sessions': SESSION,
  'delete /sessions': SESSION_WRITE,
  'delete /sessions/{id}': OWN,
  'get /admin/users': ADMIN,
  'get /admin/users/{id}': ADMIN,
  'patch /admin/users/{id}': ADMIN_WRITE,
  'delete /admin/users/{id}/sessions': ADMIN_WRITE,
  'delete /admin/users/{id}/sessions/{session}': ADMIN_WRITE,
  'post /admin/users/{id}/reset-password': ADMIN_WRITE,
  // The test's users have none that is on.
  'delete /admin/users/{id}/second-factor': { ...ADMIN_WRITE, admin: 'not_found' },
  'get /admin/audit': ADMIN,
  'get /revocations': CLIENT,
  'get /jwks': OPEN,
  'get /.well-known/jwks.json': OPEN,
  'get /health/live': OPEN,
  'get /health/ready': OPEN,
  'post /token': OAUTH,
  'post /introspect': { ...OAUTH, nobody: 'invalid_client' },
  'post /revoke': OAUTH,
}
