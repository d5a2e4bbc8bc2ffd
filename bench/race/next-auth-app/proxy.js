export { auth as proxy } from './auth'

/** Pages below /p are behind the proxy, the others are not. */
export const config = { matcher: ['/p/:path*'] }
