import { createSecretKey, webcrypto } from 'node:crypto'
import { createVerifier } from '@countersign/verify'
import { answerParent } from './answer-parent.mjs'

/** A server that says hello, in one framework, behind one library: `FRAMEWORK`, `GUARD`, `TRUST`. */
const { issuer, audience, secret, jwks } = JSON.parse(process.env.TRUST)
const FRAMEWORKS = { hono, express, fastify, node }
const { server } = await FRAMEWORKS[process.env.FRAMEWORK](process.env.GUARD)
answerParent()
if (server.listening) ready()
else server.once('listening', ready)

function ready() {
  process.send({ port: server.address().port })
}

function verifier(guard) {
  const trust = guard === 'eddsa cached' ? { algorithms: ['EdDSA'], jwks } : { secret }
  const cache = guard === 'hs256 uncached' ? { cache: false } : {}
  return createVerifier({ issuer, audience, algorithms: ['HS256'], ...trust, ...cache })
}

async function hono(guard) {
  const { Hono } = await import('hono')
  const { serve } = await import('@hono/node-server')
  const app = new Hono()
  if (guard === 'empty') app.use('/*', (_, next) => next())
  else if (isOurs(guard)) {
    const { countersign } = await import('@countersign/verify/hono')
    app.use('/*', countersign(verifier(guard)))
  } else if (guard === 'hono/jwt') {
    const { jwt } = await import('hono/jwt')
    const hmac = { name: 'HMAC', hash: 'SHA-256' }
    const key = await webcrypto.subtle.importKey('raw', Buffer.from(secret), hmac, false, [
      'verify',
    ])
    const verification = { iss: issuer, aud: audience, typ: 'at+jwt' }
    app.use('/*', jwt({ secret: key, alg: 'HS256', verification }))
  }
  app.get('/hello', (c) => c.json({ hello: 'world' }))
  return { server: serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) }
}

async function express(guard) {
  const { default: createApp } = await import('express')
  const app = createApp()
  if (guard === 'empty') app.use((_, __, next) => next())
  else if (isOurs(guard)) {
    const { countersign } = await import('@countersign/verify/express')
    app.use(countersign(verifier(guard)))
  } else if (guard === 'express-jwt') {
    const { expressjwt } = await import('express-jwt')
    const key = createSecretKey(Buffer.from(secret))
    app.use(expressjwt({ secret: key, algorithms: ['HS256'], issuer, audience }))
  } else if (guard === 'express-oauth2-jwt-bearer') {
    const { auth } = await import('express-oauth2-jwt-bearer')
    app.use(auth({ issuer, audience, secret, tokenSigningAlg: 'HS256' }))
  }
  app.get('/hello', (_, response) => response.json({ hello: 'world' }))
  return { server: app.listen(0, '127.0.0.1') }
}

async function fastify(guard) {
  const { default: createApp } = await import('fastify')
  const app = createApp()
  if (guard === 'empty') app.addHook('onRequest', (_, __, done) => done())
  else if (isOurs(guard)) {
    const { countersign } = await import('@countersign/verify/fastify')
    app.register(countersign(verifier(guard)))
  } else if (guard.startsWith('@fastify/jwt')) {
    const { default: fastifyJwt } = await import('@fastify/jwt')
    const cache = guard.endsWith('cached') ? { cache: 2_000 } : {}
    const rules = { algorithms: ['HS256'], allowedIss: issuer, allowedAud: audience }
    app.register(fastifyJwt, { secret, verify: { ...rules, ...cache } })
    app.addHook('onRequest', (request) => request.jwtVerify())
  }
  app.get('/hello', async () => ({ hello: 'world' }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { server: app.server }
}

async function node(guard) {
  const { createServer } = await import('node:http')
  const hello = (_, response) => {
    response.setHeader('Content-Type', 'application/json')
    response.end('{"hello":"world"}')
  }
  if (!isOurs(guard)) return { server: createServer(hello).listen(0, '127.0.0.1') }
  const { countersign } = await import('@countersign/verify/node')
  return { server: createServer(countersign(verifier(guard))(hello)).listen(0, '127.0.0.1') }
}

function isOurs(guard) {
  return /^(hs256|eddsa) /.test(guard)
}
