/**
 * Every name that Countersign puts on the wire, once. Pinned by `spec/protocol.json`.
 * @module
 */

/** Path under which the auth server answers, and the path of its issuer identifier. */
export const BASE_PATH = '/api/auth'

/** Media type and `typ` header of an access token (RFC 9068 section 2.1). */
export const ACCESS_TOKEN_TYPE = 'at+jwt'

/** Longest token that is looked at, in characters. */
export const MAX_TOKEN_LENGTH = 8192

/** Default lifetime of an access token, in seconds. */
export const ACCESS_TOKEN_LIFETIME_SECONDS = 900

/** Default clock difference that a verifier tolerates, in seconds. */
export const CLOCK_TOLERANCE_SECONDS = 5

/** Claims that every access token carries (RFC 9068 section 2.2 and ours). */
export const REQUIRED_CLAIMS = [
  'iss',
  'aud',
  'sub',
  'client_id',
  'sid',
  'jti',
  'iat',
  'exp',
  'email',
  'role',
  'ver',
] as const

/** Signature algorithms an access token may use; the first is the default. */
export const ALGORITHMS = ['EdDSA', 'ES256', 'RS256', 'HS256'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

/** Visible prefix of a refresh token, for secret scanners. */
export const REFRESH_TOKEN_PREFIX = 'csr_'

/** Length of a refresh token with its prefix, in characters. */
export const REFRESH_TOKEN_LENGTH = 76

/** Cookie that carries the refresh token of a browser that talks to the auth server itself. */
export const REFRESH_COOKIE = '__Host-cs_refresh'

/** Cookie that binds a sign-in at a provider to the browser that began it. */
export const SOCIAL_COOKIE = '__Host-cs_social'
/** Cookie by which a browser is known as one that signed in before. It opens nothing. */
export const DEVICE_COOKIE = '__Host-cs_device'

/** What the name of a web origin's own cookie for that ends in, after the one of its session. */
export const SOCIAL_COOKIE_SUFFIX = '-social'
/** The same for the one by which a device is known that signed in there before. */
export const DEVICE_COOKIE_SUFFIX = '-device'

/** How long a device is known: as long as a browser keeps a cookie (RFC 6265bis section 5.5). */
export const DEVICE_COOKIE_SECONDS = 400 * 86_400

/** Sealed cookie of a Next.js web origin. */
export const SESSION_COOKIE = '__Host-countersign'

/** Same cookies on a plain-http loopback origin whose browser refuses `Secure` there. */
export const INSECURE_REFRESH_COOKIE = 'cs_refresh'
export const INSECURE_SOCIAL_COOKIE = 'cs_social'
export const INSECURE_SESSION_COOKIE = 'countersign'
export const INSECURE_DEVICE_COOKIE = 'cs_device'

/** Header a browser sends with a state-changing request that has no body. */
export const CSRF_HEADER = 'X-Countersign'

/** Headers by which an authenticated client states the end user's address and user agent. */
export const USER_IP_HEADER = 'Countersign-User-IP'
export const USER_AGENT_HEADER = 'Countersign-User-Agent'

/** Header in which a server gets and states the token of its user's device. */
export const DEVICE_HEADER = 'Countersign-Device'

/** Client of a session that no authenticated client asked for. */
export const PUBLIC_CLIENT_ID = 'public'

/** `typ` header of the one-time assertion that a confidential client exchanges for a session. */
export const ASSERTION_TYPE = 'countersign-assertion+jwt'

/** Longest lifetime of such an assertion, in seconds. */
export const ASSERTION_LIFETIME_SECONDS = 60

/** Grant type and token types of an exchange (RFC 8693 sections 2.1 and 3). */
export const TOKEN_EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const JWT_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:jwt'
export const ACCESS_TOKEN_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

/** Why a sign-in through a provider failed, as the person may be told. */
export const SOCIAL_ERRORS = [
  'access_denied',
  'account_locked',
  'account_not_linked',
  'account_taken',
  'email_missing',
  'email_not_verified',
  'second_factor_required',
  'sign_in_expired',
  'sign_in_failed',
  'temporarily_unavailable',
] as const
export type SocialError = (typeof SOCIAL_ERRORS)[number]

/** What a confidential client may be allowed beyond its own sessions. */
export const CLIENT_SCOPES = ['revocations:read', 'tokens:introspect', 'tokens:exchange'] as const
export type ClientScope = (typeof CLIENT_SCOPES)[number]

/** Types of the events in the revocation feed (CAEP 1.0). */
export const SESSION_REVOKED_EVENT =
  'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
export const CLAIMS_CHANGE_EVENT =
  'https://schemas.openid.net/secevent/caep/event-type/token-claims-change'

/** Frames of the revocation feed, by the name in `event`. */
export const FEED_FRAMES = ['snapshot', 'revocation', 'heartbeat'] as const
export type FeedFrame = (typeof FEED_FRAMES)[number]

/** A live feed says something at least this often, in seconds. */
export const FEED_HEARTBEAT_SECONDS = 5

/** A feed that said nothing for this long is dead, and what it told is stale, in seconds. */
export const FEED_STALE_SECONDS = 15

/** Longest wait of a long poll, in seconds. */
export const FEED_MAX_WAIT_SECONDS = 25

/** Header by which a reader of the feed resumes (WHATWG EventSource). */
export const LAST_EVENT_ID_HEADER = 'Last-Event-ID'

/** Headers of a long poll (RFC 7240). */
export const PREFER_HEADER = 'Prefer'
export const PREFERENCE_APPLIED_HEADER = 'Preference-Applied'

/** Smallest HMAC secret, in bytes (RFC 7518 section 3.2). */
export const MIN_SECRET_BYTES = 32

/** Default lifetimes and windows of a session, in seconds. DESIGN: `spec/protocol.md` "Rotation". */
export const SESSION_POLICY = {
  idleSeconds: 7 * 86_400,
  absoluteSeconds: 30 * 86_400,
  shortSessionSeconds: 86_400,
  graceSeconds: 30,
  coalesceSeconds: 30,
  recoverySeconds: 86_400,
} as const

/** Why a session ended, as the user may be told. */
export const END_REASONS = [
  'signed_out',
  'signed_in_again',
  'revoked',
  'idle_timeout',
  'expired',
  'recovery_expired',
  'refresh_reuse',
  'user_disabled',
  'user_deleted',
  'password_changed',
] as const
export type EndReason = (typeof END_REASONS)[number]

/** Refresh answers after which the session is over; every other failure keeps it. */
export const TERMINAL_CODES = ['session_ended', 'refresh_reused', 'refresh_invalid'] as const
export type TerminalCode = (typeof TERMINAL_CODES)[number]

/** Settings of a PostgreSQL transaction that speaks for a user; policies read them. */
export const DATABASE_SETTINGS = {
  userId: 'countersign.user_id',
  role: 'countersign.role',
  sessionId: 'countersign.session_id',
} as const
