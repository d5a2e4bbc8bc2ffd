import { DEVICE_HEADER } from '@countersign/core'
import type { LiveSession } from '../judgement.js'

/** What an endpoint answers beyond a plain body: headers that go with it. */
export class OAuthAnswer {
  constructor(
    readonly body: object,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

/** The answer to a sign-in, with the token by which the device is known again. */
export function signInAnswer({ deviceToken }: LiveSession, body: object): OAuthAnswer {
  return new OAuthAnswer(body, deviceToken === undefined ? {} : { [DEVICE_HEADER]: deviceToken })
}
