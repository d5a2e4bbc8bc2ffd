import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { NotFoundError, requireOwner } from '../src/owner.js'

const ROW = { id: 1, user_id: 'alice' }

it('hands out a row to its owner', () => {
  expect(requireOwner(ROW, { userId: 'alice' }, 'user_id')).toBe(ROW)
})

it.each([
  ['a row of another user', ROW, 'bob'],
  ['no row', undefined, 'alice'],
  ['null', null, 'alice'],
  ['an owner that is no text', { id: 1, user_id: 7 }, 'alice'],
  ['nobody, to nobody', { id: 1, user_id: '' }, ''],
])('refuses %s, always with the same error', (_, row, userId) => {
  const asking = () => requireOwner<{ user_id: unknown }>(row, { userId }, 'user_id')

  expect(asking).toThrow(new NotFoundError('there is no such row of this user'))
})

it('is answered as 404 not_found by an application that does nothing about it', async () => {
  const app = new Hono().get('/', (c) => c.json(requireOwner(ROW, { userId: 'bob' }, 'user_id')))

  const response = await app.request('/')

  expect(response.status).toBe(404)
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ code: 'not_found' })
})
