import { handlers } from '../../../lib/auth'
import { type AuthAction, accountIn } from '../../../lib/auth-form'
import { leadTo } from '../../../lib/plain-form'
import { safeReturnTo } from '../../../lib/return-to'

const ACTIONS: Readonly<Record<string, AuthAction | 'logout'>> = {
  'sign-in': 'login',
  'sign-up': 'signup',
  'sign-out': 'logout',
}

interface FormContext {
  readonly params: Promise<{ readonly action: string }>
}

/**
 * Takes the forms of pages whose scripts have not run (yet): asks the JSON handlers, which check
 * where the request comes from, then leads on or back to the form.
 */
export async function POST(request: Request, { params }: FormContext): Promise<Response> {
  const { action: page } = await params
  const action = ACTIONS[page]
  if (!action) return new Response('Not found', { status: 404 })
  const form = await request.formData().catch(() => undefined)
  if (!form) return new Response('Not a form', { status: 415 })
  const answer = await ask(action, form, request)
  const returnTo = safeReturnTo(form.get('returnTo'))
  if (action === 'logout')
    return leadTo(answer.ok ? '/sign-in?reason=signed_out' : '/tasks', answer)
  if (answer.ok) return leadTo(returnTo, answer)
  return leadTo(
    `/${page}?${new URLSearchParams({ error: await codeOf(answer), returnTo })}`,
    answer,
  )
}

async function ask(action: string, form: FormData, request: Request): Promise<Response> {
  const headers = new Headers(request.headers)
  headers.delete('Content-Length')
  headers.set('Content-Type', 'application/json')
  headers.set('X-Countersign', '1')
  const body = action === 'logout' ? {} : accountIn(form)
  const url = new URL(`/api/auth/${action}`, request.url)
  const json = new Request(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return handlers.POST(json)
}

async function codeOf(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { code?: unknown }
  return typeof body.code === 'string' ? body.code : 'internal_error'
}
