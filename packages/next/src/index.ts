export type { Backend, BackendSource } from './backend.js'
export { type Countersign, createCountersign } from './create-countersign.js'
export type { DataAccess } from './data-access.js'
export { CountersignError, type CountersignErrorCode } from './errors.js'
export type { Handlers } from './handlers.js'
export { RECOMMENDED_MATCHER } from './matcher.js'
export type { Protect } from './protect.js'
export type { ProtectedHandler, ProtectOptions } from './protect-handler.js'
export type { CountersignProxy, ProxyStep } from './proxy.js'
export type {
  RestBackendOptions,
  RestMap,
  RestTokens,
  RestUser,
  VerifyFunction,
} from './rest/options.js'
export { type RedisScripts, redisReplayStore } from './rest/redis-replay-store.js'
export { memoryReplayStore, type ReplayStore } from './rest/replay-store.js'
export type { RestVerifyOptions } from './rest/verify-key.js'
export { restBackend } from './rest-backend.js'
export { safeReturnTo } from './return-to.js'
export type { User } from './sealed-session.js'
export type { Session } from './session.js'
export type { CountersignOptions } from './settings.js'
