import 'server-only'

/** Whether a form was sent by a page of this application. */
export function isOwnForm(request: Request): boolean {
  const environment: Readonly<Record<string, string | undefined>> = process.env
  return request.headers.get('Origin') === environment.COUNTERSIGN_WEB_ORIGIN
}

/** 303 makes the browser GET the next page; cookies of `answer` go along. */
export function leadTo(location: string, answer?: Response): Response {
  const headers = new Headers({ Location: location, 'Cache-Control': 'no-store' })
  for (const cookie of answer?.headers.getSetCookie() ?? []) headers.append('Set-Cookie', cookie)
  return new Response(null, { status: 303, headers })
}
