import { handlers } from '../../../lib/auth'
import { accountIn, emailIn } from '../../../lib/plain-account'
import { leadTo } from '../../../lib/plain-form'
import { safeReturnTo } from '../../../lib/return-to'

const ACTIONS: Readonly<Record<string, string>> = {
  'sign-in': 'login',
  'sign-up': 'signup',
  'sign-out': 'logout',
  'forgot-password': 'password/forgot',
}

const CHECK_MAIL = '/sign-in?reason=check_mail'

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
  if (answer.ok) return leadTo(await pathAfter(page, answer, returnTo), answer)
  const code = await codeOf(answer)
  if (code === 'email_not_verified') return leadTo(CHECK_MAIL, answer)
  return leadTo(`/${page}?${new URLSearchParams({ error: code, returnTo })}`, answer)
}

async function ask(action: string, form: FormData, request: Request): Promise<Response> {
  const headers = new Headers(request.headers)
  headers.delete('Content-Length')
  headers.set('Content-Type', 'application/json')
  headers.set('X-Countersign', '1')
  const body = bodyFor(action, form)
  const url = new URL(`/api/auth/${action}`, request.url)
  const json = new Request(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return handlers.POST(json)
}

function bodyFor(action: string, form: FormData): object {
  if (action === 'logout') return {}
  return action === 'password/forgot' ? { email: emailIn(form) } : accountIn(form)
}

/** Not every success is a session: a mail may have to be opened first, or a code to be entered. */
async function pathAfter(page: string, answer: Response, returnTo: string): Promise<string> {
  if (page === 'forgot-password') return '/forgot-password?sent'
  if (answer.status === 202) return CHECK_MAIL
  const body = (await answer.json().catch(() => ({}))) as { next?: unknown }
  return body.next === 'second_factor' ? '/sign-in?error=needs_scripts' : returnTo
}

async function codeOf(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { code?: unknown }
  return typeof body.code === 'string' ? body.code : 'internal_error'
}
