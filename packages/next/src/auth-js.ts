export { CountersignSignin, createAuth } from './auth-js/create-auth.js'
export {
  type CountersignProvider,
  countersignProvider,
  type ProviderOptions,
} from './auth-js/provider.js'
export {
  messageOf,
  type SignInCode,
  type SignInProblem,
  signInProblem,
} from './auth-js/sign-in-code.js'

declare module 'next-auth' {
  interface User {
    /** The user's role, in every session of `createAuth`. */
    role?: string
  }
}
