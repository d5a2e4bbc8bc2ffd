const FORM = /^[\w.~-]{1,200}$/

/**
 * Whether a text may be a token of a device, which is opaque to this web server. What is not must
 * reach neither a request header nor a cookie: it would spoil the sign-in.
 */
export function isDeviceToken(text: string | null): text is string {
  return text !== null && FORM.test(text)
}
