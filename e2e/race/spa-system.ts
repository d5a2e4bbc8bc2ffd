import { isRefresh } from '../harness/door.js'
import type { Stack } from '../harness/stack.js'
import { startStackSystem } from './stack-system.js'
import type { Moves, System } from './system.js'
import { post, type Sent } from './user.js'

/** A refresh of a page that talks to the auth server itself: its cookie says it all. */
const refresh = ({ authUrl }: Stack, lost = false): Sent => ({
  url: `${authUrl}/api/auth/refresh`,
  method: 'POST',
  headers: { 'X-Countersign': '1' },
  lost,
})

const movesIn = (stack: Stack): Moves => ({
  ask: (user) => user.send(refresh(stack)),
  loseAnswer: (user) => user.send(refresh(stack, true)),
})

/** The example `spa`; its instances are auth servers, since nobody else knows of the session. */
export function startSpa({ instances }: { readonly instances: number }): Promise<System> {
  return startStackSystem({
    name: 'spa',
    instances,
    stack: { example: 'spa', authInstances: instances },
    pagePath: '/tasks',
    quietPath: '/icon.svg',
    isRefresh,
    apiPath: '/api/v1/auth/me',
    signUp: (user, account, { authUrl }) => user.send(post(`${authUrl}/api/auth/signup`, account)),
    moves: movesIn,
  })
}
