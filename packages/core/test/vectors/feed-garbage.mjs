/**
 * Frames that a listener must pass over, each followed by one that it must hear.
 * @module
 */
import {
  accepts,
  answer,
  at,
  CLAIMS_CHANGE,
  event,
  heartbeat,
  NOW,
  rawFrame,
  refuses,
  revocation,
  SESSION,
  SESSION_REVOKED,
  session,
  sessionEnded,
  snapshot,
  snapshotBody,
  story,
  USER,
  user,
} from './feed-frame.mjs'

const told = { event_timestamp: NOW }
const LATER = { sid: 'session-2' }

/** A frame that says nothing, then one that does. */
function ignored(id, why, step) {
  story(
    `ignored-${id}`,
    why,
    [at(0, snapshot()), at(1, step), at(2, revocation(sessionEnded('session-2'), '43'))],
    [accepts(3, { state: 'live' }), refuses(3, LATER)],
  )
}

const userEvent = (details, type = SESSION_REVOKED) => event(user(USER), { [type]: details })
const withSession = (value) =>
  event({ ...user(USER), session: value }, { [SESSION_REVOKED]: { ...told, ver: 9 } })

ignored('empty', 'no data', revocation(''))
ignored('not-json', 'no JSON', revocation('signed_out'))
ignored('cut', 'JSON that ends early', revocation(JSON.stringify(sessionEnded()).slice(0, -3)))
ignored('null', 'null', revocation('null'))
ignored('list', 'a list with an event', revocation([sessionEnded()]))
ignored('text', 'a text', revocation('"session-1"'))
ignored('no-events', 'no "events"', revocation({ ...sessionEnded(), events: undefined }))
ignored('events-list', '"events" is a list', revocation({ ...sessionEnded(), events: [told] }))
ignored('no-subject', 'no "sub_id"', revocation({ ...sessionEnded(), sub_id: undefined }))
ignored('subject-text', '"sub_id" is a text', revocation({ ...sessionEnded(), sub_id: SESSION }))
ignored(
  'subject-simple',
  'a subject of another format',
  revocation({ ...sessionEnded(), sub_id: { format: 'opaque', id: SESSION } }),
)
ignored('session-number', 'a session id that is no text', revocation(withSession({ id: 1 })))
ignored('session-empty', 'an empty session id', revocation(withSession({ id: '' })))
ignored('session-text', 'a session that is no object', revocation(withSession(SESSION)))
ignored('user-without-ver', 'a user event without "ver"', revocation(userEvent(told)))
ignored('ver-text', '"ver" is a text', revocation(userEvent({ ...told, ver: '9' })))
ignored('ver-true', '"ver" is true', revocation(userEvent({ ...told, ver: true })))
ignored('ver-fraction', '"ver" is no whole number', revocation(userEvent({ ...told, ver: 9.5 })))
ignored('ver-negative', '"ver" is negative', revocation(userEvent({ ...told, ver: -1 })))
ignored(
  'ver-huge',
  '"ver" is beyond exact integers',
  revocation(JSON.stringify(userEvent({ ...told, ver: 9 })).replace(':9}', ':9007199254740993}')),
)
ignored('details-null', 'an event type without details', revocation(userEvent(null)))
ignored(
  'other-type',
  'an event type of tomorrow',
  revocation(userEvent({ ...told, ver: 9 }, SESSION_REVOKED.replace('revoked', 'presented'))),
)
ignored(
  'other-issuer',
  'an event of another issuer',
  revocation({ ...sessionEnded(), iss: 'https://other.example.com/api/auth' }),
)
ignored(
  'user-of-other-issuer',
  'a user of another issuer who has the same id',
  revocation(
    event(user(USER, 'https://other.example.com'), { [CLAIMS_CHANGE]: { ...told, ver: 9 } }),
  ),
)
ignored('user-empty', 'an empty user id', revocation(event(user(''), { [SESSION_REVOKED]: told })))
ignored('frame-name', 'a frame of a name that we do not know', rawFrame('message', '42', '{}'))
ignored(
  'frame-name-case',
  'names of frames are compared exactly',
  rawFrame('Revocation', '42', sessionEnded()),
)
ignored('heartbeat-garbage', 'a heartbeat that is no JSON', rawFrame('heartbeat', '42', 'beat'))
ignored(
  'snapshot-no-list',
  'a snapshot whose "events" is no list',
  rawFrame('snapshot', '42', { ...snapshotBody(), events: {} }),
)
ignored(
  'snapshot-no-complete',
  'a snapshot that does not say whether it is complete',
  rawFrame('snapshot', '42', { ...snapshotBody([sessionEnded()]), complete: 'true' }),
)

story(
  'snapshot-partly-garbage',
  'one bad event does not hide the others',
  [at(0, snapshot([null, 'x', { events: {} }, sessionEnded(), withSession({ id: [] })]))],
  [refuses(1, { state: 'live' }), accepts(1, LATER)],
)
story(
  'garbage-is-no-sign-of-life',
  'frames that cannot be read keep nobody up to date',
  [
    at(0, snapshot()),
    at(5, revocation('garbage')),
    at(10, rawFrame('heartbeat', '1', '')),
    at(14, rawFrame('ping', '1', '{}')),
  ],
  [accepts(14, { state: 'live' }), accepts(16, { state: 'stale' })],
)
story(
  'first-snapshot-garbage',
  'a snapshot that cannot be read is none',
  [at(0, rawFrame('snapshot', '41', '{"complete":true}')), at(1, heartbeat())],
  [accepts(2, { state: 'stale' })],
)
story(
  'answer-garbage',
  'a long poll answered with something else',
  [at(0, answer(snapshotBody([sessionEnded()]))), at(5, answer('<html>')), at(10, answer('[]'))],
  [refuses(14, { state: 'live' }), refuses(16, { state: 'stale' })],
)
story(
  'prototype-names',
  'ids that are names of built-in members are just ids',
  [
    at(0, snapshot([event({ ...user(USER), ...session('__proto__') }, { [SESSION_REVOKED]: {} })])),
    at(1, revocation(event(user('constructor'), { [SESSION_REVOKED]: { ver: 2 } }))),
  ],
  [
    refuses(2, { sid: '__proto__' }),
    refuses(2, { sub: 'constructor' }),
    accepts(2, { sid: 'constructor' }),
    accepts(2, { sub: 'toString' }),
  ],
)
