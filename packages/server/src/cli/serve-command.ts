import { Command } from 'commander'

export function serveCommand(): Command {
  return new Command('serve')
    .description('Start the auth server')
    .option('--port <number>', 'port to listen on (COUNTERSIGN_PORT, 4400)')
    .option('--json', 'log JSON lines instead of readable ones')
    .addHelpText('after', '\nReads COUNTERSIGN_* variables; docs/environment.md lists them.')
    .action(async (flags: { port?: string; json?: boolean }) => {
      const { createLog, serve } = await import('./serve.js')
      const env = { ...process.env, ...(flags.port ? { COUNTERSIGN_PORT: flags.port } : {}) }
      return serve(env, createLog(flags.json ?? process.env.NODE_ENV === 'production'))
    })
}
