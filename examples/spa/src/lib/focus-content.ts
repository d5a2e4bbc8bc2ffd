/** For when what has the focus is about to go, so that it does not fall back to the top of the page. */
export function focusContent(): void {
  document.getElementById('content')?.focus()
}
