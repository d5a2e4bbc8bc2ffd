import { ClientSession } from '../../components/client-session'

export default function ClientPage() {
  return <ClientSession />
}
