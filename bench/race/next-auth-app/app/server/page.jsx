import { ServerSession } from '../../components/server-session'

export default function ServerPage() {
  return <ServerSession />
}
