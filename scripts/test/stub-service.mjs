import { createServer } from 'node:http'

// A process under `supervise`: answers on its port, or does what its mode says.
const [mode, port] = process.argv.slice(2)

if (mode === 'crash') {
  console.error('no database')
  process.exit(3)
}

const server = createServer((_, response) => response.end('ok'))
server.listen(Number(port), 'localhost', () => console.log('listening'))

process.on('SIGTERM', () => {
  if (mode === 'deaf') return
  console.log('bye')
  server.close()
  server.closeAllConnections()
})
