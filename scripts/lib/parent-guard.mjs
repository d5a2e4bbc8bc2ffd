/**
 * Preloaded into every process of `npm start`: ends it when the start script is gone, however that
 * went. The channel closes even when the script is killed with SIGKILL, so no port stays taken.
 */
const GRACE_MILLISECONDS = 2000

process.once('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MILLISECONDS).unref()
  process.kill(process.pid, 'SIGTERM')
})

// The listener alone would keep the process alive after it has closed everything else.
process.channel?.unref()
