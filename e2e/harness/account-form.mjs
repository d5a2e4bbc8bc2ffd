/** The sign-in page of a provider in tests: whose account, yes or no. */

const PAGE = (title) => `<!doctype html>
<html lang="en">
<title>${title}</title>
<link rel="icon" href="data:,">
<h1>${title}</h1>
<form method="post">
  <label>Account <input name="account"></label>
  <button name="act" value="allow">Allow</button>
  <button name="act" value="deny">Cancel</button>
</form>`

export function showAccountForm(response, title) {
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  response.end(PAGE(title))
}

/** The fields of a posted form. */
export async function readFormOf(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
}
