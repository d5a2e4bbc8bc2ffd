/**
 * Goes on with a real navigation, so that nothing of the form stays in memory. The part of the
 * address after "#" never reached the server, but came along with its redirects.
 */
export function leaveFor(returnTo: string): void {
  const hash = returnTo.includes('#') ? '' : window.location.hash
  window.location.replace(returnTo + hash)
}
