import { ClientSession } from '../../components/client-session'
import { ServerSession } from '../../components/server-session'

export default function BothPage() {
  return (
    <>
      <ServerSession />
      <ClientSession />
    </>
  )
}
