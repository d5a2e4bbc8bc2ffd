export type { SessionUser } from './auth-js/claims.js'
export {
  type CountersignProvider,
  countersignProvider,
  type ProviderOptions,
} from './auth-js/provider.js'
export {
  type CountersignSession,
  keepCookies,
  withCountersign,
} from './auth-js/with-countersign.js'
