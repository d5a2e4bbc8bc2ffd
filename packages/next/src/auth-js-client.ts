export {
  messageOf,
  type SignInCode,
  type SignInProblem,
  type SignInResult,
  signInProblem,
} from './auth-js/sign-in-code.js'
