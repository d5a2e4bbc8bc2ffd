import { NextResponse } from 'next/server'
import { proxy as countersign } from './lib/auth'

/** What Next.js itself spends on a proxy is seen at `/proxied`. */
export function proxy(request, event) {
  return request.nextUrl.pathname === '/proxied' ? NextResponse.next() : countersign(request, event)
}

export const config = { matcher: ['/proxied', '/signed-in'] }
