import type { Backend, ExternalIdentity } from '../backend.js'
import { callRest, type Line } from './call.js'
import { enter, refuse } from './sign-in.js'

/** A session of the backend for somebody whom a provider of this web server has vouched for. */
export function restExchange(line: Line): Pick<Backend, 'exchange'> {
  const { paths, map } = line.rest
  const path = paths.exchange
  if (!path) return {}
  return {
    exchange: async (identity, caller) => {
      const body = () => map.exchange?.(identity) ?? usualBody(identity)
      const reply = await callRest(line, { method: 'POST', path, body, caller })
      const isSuccess = reply.body !== null && reply.status >= 200 && reply.status < 300
      if (!isSuccess) return refuse(line, 'exchange', reply)
      return enter(line, reply, { remember: true, caller })
    },
  }
}

function usualBody({ provider, accountId, email, emailVerified, name, image }: ExternalIdentity) {
  const account = { provider, provider_account_id: accountId }
  return { ...account, email, email_verified: emailVerified, name, image }
}
