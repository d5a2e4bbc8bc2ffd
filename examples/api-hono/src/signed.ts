import type { CountersignVariables } from '@countersign/verify/hono'

/** Environment of routes behind the verifier's middleware: `c.get('identity')` says who is asking. */
export interface Signed {
  Variables: CountersignVariables
}
