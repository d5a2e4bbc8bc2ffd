/** Express 4 under a name of its own, used like Express 5. */
declare module 'express-4' {
  export { default } from 'express'
}
