import { auth } from '../../../auth'

/** `auth` called by the handler: it only reads. */
export async function GET() {
  const session = await auth()
  return Response.json({ email: session?.user?.email ?? null })
}
