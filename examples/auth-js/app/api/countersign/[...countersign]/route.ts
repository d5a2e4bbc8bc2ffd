import { countersign } from '../../../../lib/auth'

export const { GET, POST, DELETE } = countersign.handlers
