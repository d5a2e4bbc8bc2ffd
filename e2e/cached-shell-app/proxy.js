export { proxy } from './lib/auth'

export const config = { matcher: ['/((?!_next/static|_next/image|favicon.ico).*)'] }
