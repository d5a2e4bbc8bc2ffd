import { ServerSession } from '../../../components/server-session'

export default function ProxiedServerPage() {
  return <ServerSession />
}
