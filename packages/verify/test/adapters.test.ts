import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Identity } from '@countersign/core'
import { serve } from '@hono/node-server'
import express from 'express'
import express4 from 'express-4'
import Fastify from 'fastify'
import { Hono } from 'hono'
import * as onExpress from '../src/express.js'
import * as onFastify from '../src/fastify.js'
import * as onHono from '../src/hono.js'
import * as onNext from '../src/next.js'
import * as onNode from '../src/node.js'
import { describeAdapter, type RunningServer, type StartServer } from './adapter-contract.js'

const whoIs = (identity: Identity | undefined) => ({ id: identity?.userId ?? null })

function listen(server: Server): Promise<RunningServer> {
  const close = () => new Promise((resolve) => server.close(resolve))
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ port: (server.address() as AddressInfo).port, close })
    })
  })
}

function serveFetch(fetch: (request: Request) => Response | Promise<Response>) {
  return new Promise<RunningServer>((resolve) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      resolve({ port, close: () => new Promise((done) => server.close(done)) })
    })
  })
}

const startHono: StartServer = (verifier) => {
  const { countersign, requireRole, requireFresh } = onHono
  const app = new Hono<{ Variables: onHono.CountersignVariables }>()
  const optional = countersign(verifier, { optional: true })
  app.use(async (c, next) => {
    c.header('X-Before', 'yes')
    await next()
  })
  app.get('/api/maybe', optional, (c) => c.json(whoIs(c.get('identity'))))
  app.get('/api/maybe-admin', optional, requireRole('admin'), (c) => c.json({}))
  app.get('/api/maybe-fresh', optional, requireFresh(), (c) => c.json({}))
  app.get('/api/closed', countersign(verifier, { whenStale: 'closed' }), (c) => c.json({}))
  app.use('/api/*', countersign(verifier))
  app.get('/api/me', (c) => c.json(whoIs(c.get('identity'))))
  app.post('/api/form', (c) => c.json(whoIs(c.get('identity'))))
  app.get('/api/admin', requireRole('admin', 'owner'), (c) => c.json(whoIs(c.get('identity'))))
  app.get('/api/fresh', requireFresh(), (c) => c.json(whoIs(c.get('identity'))))
  app.get('/bare/admin', requireRole('admin'), (c) => c.json({}))
  app.get('/bare/fresh', requireFresh(), (c) => c.json({}))
  app.onError((error, c) => c.json({ handled: error.message }, 500))
  return serveFetch(app.fetch)
}

const startExpress =
  (framework: typeof express): StartServer =>
  (verifier) => {
    const { countersign, requireRole, requireFresh } = onExpress
    const app = framework()
    const optional = countersign(verifier, { optional: true })
    app.use((_, response, next) => {
      response.setHeader('X-Before', 'yes')
      next()
    })
    app.use(framework.urlencoded({ extended: false }))
    app.get('/api/maybe', optional, (req, res) => res.json(whoIs(req.identity)))
    app.get('/api/maybe-admin', optional, requireRole('admin'), (_, res) => res.json({}))
    app.get('/api/maybe-fresh', optional, requireFresh(), (_, res) => res.json({}))
    app.get('/api/closed', countersign(verifier, { whenStale: 'closed' }), (_, res) => res.json({}))
    const api = framework.Router()
    api.use(countersign(verifier))
    api.get('/me', (req, res) => res.json(whoIs(onExpress.identityOf(req))))
    api.post('/form', (req, res) => res.json(whoIs(req.identity)))
    api.get('/admin', requireRole('admin', 'owner'), (req, res) => res.json(whoIs(req.identity)))
    api.get('/fresh', requireFresh(), (req, res) => res.json(whoIs(req.identity)))
    app.use('/api', api)
    app.get('/bare/admin', requireRole('admin'), (_, res) => res.json({}))
    app.get('/bare/fresh', requireFresh(), (_, res) => res.json({}))
    app.use(((error, _, res, __) => {
      res.status(500).json({ handled: error.message })
    }) as express.ErrorRequestHandler)
    return listen(createServer(app))
  }

const startFastify: StartServer = async (verifier) => {
  const { authenticated, countersign, requireRole, requireFresh, identityOf } = onFastify
  const app = Fastify()
  const onRequest = authenticated(verifier, { optional: true })
  app.addHook('onRequest', async (_, reply) => {
    reply.header('X-Before', 'yes')
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_: unknown, body: string) => Object.fromEntries(new URLSearchParams(body)),
  )
  app.setErrorHandler<Error>((error, _, reply) => reply.code(500).send({ handled: error.message }))
  app.get('/api/maybe', { onRequest }, async (request) => whoIs(request.identity))
  app.get('/api/maybe-admin', { onRequest, preHandler: requireRole('admin') }, async () => ({}))
  app.get('/api/maybe-fresh', { onRequest, preHandler: requireFresh() }, async () => ({}))
  app.register(async (scope) => {
    scope.register(countersign(verifier, { whenStale: 'closed' }))
    scope.get('/api/closed', async () => ({}))
  })
  app.register(async (scope) => {
    scope.register(countersign(verifier))
    scope.get('/api/me', async (request) => whoIs(identityOf(request)))
    scope.post('/api/form', async (request) => whoIs(request.identity))
    const admin = { preHandler: requireRole('admin', 'owner') }
    scope.get('/api/admin', admin, async (request) => whoIs(request.identity))
    scope.get('/api/fresh', { preHandler: requireFresh() }, async (request) =>
      whoIs(request.identity),
    )
  })
  app.get('/bare/admin', { preHandler: requireRole('admin') }, async () => ({}))
  app.get('/bare/fresh', { preHandler: requireFresh() }, async () => ({}))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
}

const startNext: StartServer = (verifier) => {
  const { countersign, requireRole, requireFresh } = onNext
  const signedIn = countersign(verifier)
  const perhaps = countersign(verifier, { optional: true })
  const answer = (_: Request, identity: Identity | undefined) => Response.json(whoIs(identity))
  const context = { params: Promise.resolve({}) }
  const bare = (handler: (request: Request, context: never) => Promise<Response>) => {
    return (request: Request) => handler(request, context as never)
  }
  const routes: Record<string, (request: Request) => Promise<Response>> = {
    '/api/me': signedIn(answer),
    '/api/form': signedIn(answer),
    '/api/maybe': perhaps(answer),
    '/api/maybe-admin': perhaps(requireRole('admin')(answer)),
    '/api/maybe-fresh': perhaps(requireFresh()(answer)),
    '/api/closed': countersign(verifier, { whenStale: 'closed' })(answer),
    '/api/admin': signedIn(requireRole('admin', 'owner')(answer)),
    '/api/fresh': signedIn(requireFresh()(answer)),
    '/bare/admin': bare(requireRole('admin')(answer)),
    '/bare/fresh': bare(requireFresh()(answer)),
  }
  return serveFetch(async (request) => {
    try {
      const found = await routes[new URL(request.url).pathname]?.(request)
      return found ?? new Response(null, { status: 404 })
    } catch (error) {
      return Response.json({ handled: (error as Error).message }, { status: 500 })
    }
  })
}

const startNode: StartServer = (verifier) => {
  const { countersign, requireRole, requireFresh } = onNode
  const signedIn = countersign(verifier)
  const perhaps = countersign(verifier, { optional: true })
  const answer = (request: { identity: Identity | undefined }, response: ServerResponse) =>
    response.end(JSON.stringify(whoIs(request.identity)))
  const routes: Record<string, onNode.Listener> = {
    '/api/me': signedIn(answer),
    '/api/form': signedIn(answer),
    '/api/maybe': perhaps(answer),
    '/api/maybe-admin': perhaps(requireRole('admin')(answer)),
    '/api/maybe-fresh': perhaps(requireFresh()(answer)),
    '/api/closed': countersign(verifier, { whenStale: 'closed' })(answer),
    '/api/admin': signedIn(requireRole('admin', 'owner')(answer)),
    '/api/fresh': signedIn(requireFresh()(answer)),
    '/bare/admin': requireRole('admin')(answer),
    '/bare/fresh': requireFresh()(answer),
  }
  const route = async (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('X-Before', 'yes')
    try {
      await routes[(request.url ?? '').split('?')[0] ?? '']?.(request, response)
    } catch (error) {
      response.statusCode = 500
      response.end(JSON.stringify({ handled: (error as Error).message }))
    }
  }
  return listen(createServer(route))
}

describeAdapter('hono', { start: startHono, parsesForms: false, hasLayers: true })
describeAdapter('express 5', { start: startExpress(express), parsesForms: true, hasLayers: true })
describeAdapter('express 4', { start: startExpress(express4), parsesForms: true, hasLayers: true })
describeAdapter('fastify', { start: startFastify, parsesForms: true, hasLayers: true })
describeAdapter('next', { start: startNext, parsesForms: false, hasLayers: false })
describeAdapter('node', { start: startNode, parsesForms: false, hasLayers: true })
