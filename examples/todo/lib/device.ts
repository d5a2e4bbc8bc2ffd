/** A session of the user as `GET /api/auth/sessions` lists it. Instants are ISO 8601. */
export interface Device {
  readonly id: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly lastSeenAt: string
  readonly current: boolean
  /** False: ends with the browser. */
  readonly remember: boolean
  readonly userAgent: string | null
  readonly ip: string | null
}
