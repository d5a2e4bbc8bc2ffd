/** What a server answered. */
export interface Answer {
  readonly status: number
  readonly text: string
  /** Where it leads, or empty. */
  readonly location: string
}

/** A request that an application's page makes; `url` may be a path of the application. */
export interface Sent {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The response never arrives, so its cookies do not either. */
  readonly lost?: boolean
}

/** One honest person with one browser. */
export interface User {
  /** Their user agent, by which servers' doors tell users apart. */
  readonly name: string
  /** Sends a request with the cookies of this moment; what is answered changes them. */
  send(sent: Sent): Promise<Answer>
  close(): Promise<void>
}

/** A POST of `fetch` with a JSON body. */
export function post(url: string, body: unknown, lost = false): Sent {
  const headers = { 'Content-Type': 'application/json', 'X-Countersign': '1' }
  return { url, method: 'POST', headers, body: JSON.stringify(body), lost }
}
