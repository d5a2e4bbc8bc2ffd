/**
 * What a listener knows, and whether it is up to date, after frames of the revocation feed.
 * @module
 */
import {
  accepts,
  answer,
  at,
  CLAIMS_CHANGE,
  disconnect,
  event,
  heartbeat,
  ISSUER,
  NOW,
  refuses,
  revocation,
  roleChanged,
  SESSION,
  SESSION_REVOKED,
  session,
  sessionEnded,
  snapshot,
  snapshotBody,
  story,
  USER,
  user,
  userChanged,
  vectors,
} from './feed-frame.mjs'
import { framing } from './feed-framing.mjs'
import './feed-garbage.mjs'

const OTHER = { sid: 'session-2' }
const OTHER_USER = { sub: 'user-2', sid: 'session-3' }
const live = { state: 'live' }
const stale = { state: 'stale' }

story('nothing-yet', 'before its first snapshot a listener is stale', [], [accepts(0, stale)])
story('snapshot-empty', 'nothing was revoked', [at(0, snapshot())], [accepts(1, live)])
story(
  'snapshot-session',
  'a session of the snapshot; another of the same user lives on',
  [at(0, snapshot([sessionEnded()]))],
  [refuses(1, live), accepts(1, OTHER)],
)
story(
  'revocation-session',
  'a session that ends while we listen',
  [at(0, snapshot()), at(2, revocation(sessionEnded()))],
  [accepts(1, live), refuses(3, live), accepts(3, OTHER)],
)
story(
  'session-without-user',
  'a session event needs no user',
  [at(0, snapshot([event(session(SESSION), { [SESSION_REVOKED]: {} })]))],
  [refuses(1), accepts(1, OTHER)],
)
story(
  'session-with-ver',
  'a session event concerns its session only, whatever else it says',
  [
    at(0, snapshot()),
    at(
      1,
      revocation(event({ ...user(USER), ...session(SESSION) }, { [SESSION_REVOKED]: { ver: 9 } })),
    ),
  ],
  [refuses(2, { ver: 9 }), accepts(2, OTHER)],
)
story(
  'user-ver',
  'a user event refuses older tokens of all sessions, and no newer one',
  [at(0, snapshot()), at(1, revocation(userChanged(2)))],
  [
    refuses(2),
    refuses(2, OTHER),
    refuses(2, { ver: 0 }),
    accepts(2, { ver: 2 }),
    accepts(2, { ver: 3 }),
    accepts(2, OTHER_USER),
  ],
)
story(
  'role-ver',
  'the same for a change of role',
  [at(0, snapshot([roleChanged(5)]))],
  [refuses(1, { ver: 4 }), accepts(1, { ver: 5 }), accepts(1, OTHER_USER)],
)
story(
  'ver-zero',
  'ver 0 refuses nothing',
  [at(0, snapshot([userChanged(0)]))],
  [accepts(1, { ver: 0 })],
)
story(
  'both-types',
  'two event types in one event',
  [
    at(0, snapshot()),
    at(
      1,
      revocation(event(user(USER), { [SESSION_REVOKED]: { ver: 2 }, [CLAIMS_CHANGE]: { ver: 4 } })),
    ),
  ],
  [refuses(2, { ver: 3 }), accepts(2, { ver: 4 })],
)
story(
  'reordered',
  'the highest ver counts, in whatever order events come',
  [
    at(0, snapshot()),
    at(1, revocation(userChanged(5), '44')),
    at(2, revocation(roleChanged(3), '43')),
  ],
  [refuses(3, { ver: 4 }), accepts(3, { ver: 5 })],
)
story(
  'repeated',
  'an event may come twice',
  [
    at(0, snapshot([sessionEnded()])),
    at(1, revocation(sessionEnded())),
    at(2, revocation(sessionEnded())),
  ],
  [refuses(3, live), accepts(3, OTHER)],
)
story(
  'kinds-apart',
  'the id of a session is not the id of a user',
  [at(0, snapshot([sessionEnded('same'), userChanged(2, 'same-user')]))],
  [
    refuses(1, { sid: 'same' }),
    accepts(1, { sub: 'same' }),
    accepts(1, { sid: 'same-user' }),
    refuses(1, { sub: 'same-user' }),
  ],
)
story(
  'unicode',
  'ids beyond ASCII',
  [at(0, snapshot([sessionEnded('sítzung-é-\u{1F511}')]))],
  [refuses(1, { sid: 'sítzung-é-\u{1F511}' }), accepts(1, { sid: 'si\u0301tzung-é-\u{1F511}' })],
)
story(
  'kept',
  'for the longest lifetime and the tolerance after it arrived, not shorter and not for ever',
  [at(0, snapshot([userChanged(2)])), at(10, revocation(sessionEnded()))],
  [
    refuses(904, { ...OTHER, ...stale }),
    accepts(905, OTHER),
    refuses(914, { ver: 2 }),
    accepts(915, { ver: 2 }),
  ],
)
story(
  'server-clock-behind',
  'an event that says it is a day old counts from its arrival',
  [
    at(0, snapshot()),
    at(
      1,
      revocation({
        ...event(session(SESSION), { [SESSION_REVOKED]: { event_timestamp: NOW - 86_400 } }),
        iat: NOW - 86_400,
      }),
    ),
  ],
  [refuses(2), refuses(905), accepts(906)],
)
story(
  'server-clock-ahead',
  'an event of tomorrow counts from its arrival',
  [at(0, snapshot([{ ...sessionEnded(), iat: NOW + 86_400 }]))],
  [refuses(1), refuses(904), accepts(905)],
)
story(
  'complete-replaces',
  'a complete snapshot is all there is',
  [
    at(0, snapshot([sessionEnded(), userChanged(4)])),
    at(2, disconnect),
    at(3, snapshot([sessionEnded('session-2')], true, '7')),
  ],
  [
    refuses(1),
    refuses(2),
    accepts(4, { ver: 1, ...live }),
    refuses(4, OTHER),
    accepts(4, { sid: 'session-4', ver: 1 }),
  ],
)
story(
  'partial-adds',
  'an incomplete snapshot is what happened since',
  [
    at(0, snapshot([sessionEnded()])),
    at(2, disconnect),
    at(3, snapshot([sessionEnded('session-2')], false, '43')),
  ],
  [accepts(1, OTHER), refuses(4, live), refuses(4, OTHER)],
)
story(
  'partial-first',
  'an incomplete snapshot is no start: its events count, the listener stays stale',
  [at(0, snapshot([sessionEnded()], false)), at(1, heartbeat())],
  [refuses(2, stale), accepts(2, OTHER)],
)
story(
  'heartbeat-first',
  'a heartbeat before the snapshot says nothing',
  [at(0, heartbeat())],
  [accepts(1, stale)],
)
story(
  'reconnected-without-snapshot',
  'what was missed is unknown until the new connection has told',
  [at(0, snapshot()), at(1, disconnect), at(12, heartbeat()), at(17, heartbeat())],
  [accepts(14, live), accepts(18, stale)],
)
story(
  'silence',
  'no frame for 15 s is stale',
  [at(0, snapshot())],
  [accepts(14, live), accepts(16, stale)],
)
story(
  'heartbeats',
  'frames of every kind keep a listener up to date',
  [
    at(0, snapshot()),
    at(5, heartbeat()),
    at(15, revocation(sessionEnded('session-9'))),
    at(25, heartbeat()),
  ],
  [accepts(19, live), accepts(39, live), accepts(41, stale)],
)
story(
  'outage',
  'ten minutes without the server: what is known stays, the rest is told afterwards',
  [
    at(0, snapshot([sessionEnded()])),
    at(2, disconnect),
    at(602, snapshot([sessionEnded('session-2')], false, '60')),
    at(606, heartbeat('60')),
  ],
  [
    refuses(14, live),
    refuses(600, stale),
    accepts(600, OTHER),
    refuses(603, live),
    refuses(603, OTHER),
  ],
)
story(
  'long-poll',
  'answers of the long poll are snapshots',
  [
    at(0, answer(snapshotBody([sessionEnded()]))),
    at(10, answer(snapshotBody([], false))),
    at(12, answer(snapshotBody([roleChanged(2)], false, '43'))),
  ],
  [
    refuses(1, live),
    accepts(11, { ...OTHER, ...live }),
    refuses(13, OTHER),
    accepts(28, { ...OTHER_USER, ...stale }),
  ],
)

export const feedVectors = {
  description:
    'A listener of the feed of "issuer". Times are seconds of its clock. "steps" are what arrives: "frame" (a frame of the event stream: event, id, data), "answer" (body of a long poll answered with 200) or "disconnect" (the connection ends; the next frame is of a new one). For each of "assertions", after every step up to and including its time: "expect" for a valid token of sub, sid and ver where a stale listener is open, and the "state" of the feed. "framing": the bytes of an event stream, as base64 chunks, and the frames in them.',
  issuer: ISSUER,
  vectors,
  framing,
}
