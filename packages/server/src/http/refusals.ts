/** What every route that takes a body and changes something may answer. */
export const WRITING_REFUSALS = [
  'invalid_request',
  'csrf_rejected',
  'payload_too_large',
  'unsupported_media_type',
  'service_unavailable',
] as const

/** The same for callers who may authenticate as a client, and are counted. */
export const CALLER_REFUSALS = [...WRITING_REFUSALS, 'invalid_client', 'rate_limited'] as const

/** What a route may answer that a session authenticates. */
export const SESSION_REFUSALS = [
  'missing_token',
  'invalid_token',
  'refresh_invalid',
  'refresh_reused',
  'session_ended',
] as const

export const SESSION_SECURITY = [{ refreshToken: [] }, { refreshCookie: [] }]
