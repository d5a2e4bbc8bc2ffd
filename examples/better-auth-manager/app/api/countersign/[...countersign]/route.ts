import { backend } from '../../../../lib/auth'

export const { GET, POST, DELETE } = backend.handlers
