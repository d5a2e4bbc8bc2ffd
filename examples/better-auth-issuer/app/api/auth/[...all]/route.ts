import { getAuth } from '../../../../lib/auth'

async function answer(request: Request): Promise<Response> {
  return (await getAuth()).handler(request)
}

export { answer as GET, answer as POST }
