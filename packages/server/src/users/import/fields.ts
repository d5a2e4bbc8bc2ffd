/** Fields of a user who is imported, and what other applications call them. */
export const COLUMNS = {
  id: ['id', 'user_id', 'userId', 'uuid', 'pk'],
  email: ['email', 'email_address', 'mail'],
  hash: [
    'password_hash',
    'passwordHash',
    'hashed_password',
    'encrypted_password',
    'password',
    'hash',
  ],
  name: ['name', 'full_name', 'fullName', 'display_name', 'displayName'],
  image: ['image', 'picture', 'avatar', 'avatar_url'],
  role: ['role'],
  emailVerified: ['emailVerified', 'email_verified', 'is_verified', 'verified'],
  createdAt: ['createdAt', 'created_at', 'date_joined', 'created'],
} as const

export type Field = keyof typeof COLUMNS
export const FIELDS = Object.keys(COLUMNS) as readonly Field[]
