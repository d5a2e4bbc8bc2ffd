import 'server-only'
import { createCountersign } from '@countersign/next'

/** Countersign for this application; its settings come from the environment (see README.md). */
export const { withProxy, handlers, getSession, protect, apiFetch } = createCountersign({
  signInPath: '/sign-in',
})
