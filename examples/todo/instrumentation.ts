/** Runs once when the server starts: a missing setting is told now, not to the first visitor. */
export async function register(): Promise<void> {
  // Next also compiles this file for the edge, where there is no process to end.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { checkEnvironment } = await import('./lib/check-environment')
    checkEnvironment()
  }
}
