/** How a form is sent by a page whose scripts have not run (yet). */
export interface PlainForm {
  /** A route of the own web server that takes the form. Without it, the form waits for the scripts. */
  readonly action: string
  /** Hidden fields, such as the page to return to. */
  readonly fields?: Readonly<Record<string, string>>
}

/** Attributes of the form: never a GET, which would put a password into the address. */
export function plainAttributes(plain: PlainForm | undefined) {
  return { method: 'post', ...(plain && { action: plain.action }) } as const
}
