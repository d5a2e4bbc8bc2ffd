import type { Context } from './context.js'

/** What a route gets: the request has passed the CSRF and body rules. */
export interface RouteInput {
  readonly request: Request
  readonly body: Readonly<Record<string, unknown>>
  /** The part of the path after the route's name, if it takes one. */
  readonly id: string | undefined
  readonly context: Context
}

export type Route = (input: RouteInput) => Promise<Response>
