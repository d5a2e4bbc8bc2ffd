/**
 * Bytes of event streams (WHATWG HTML, "Server-sent events") and the frames in them.
 * @module
 */
const base64 = (data) => Buffer.from(data).toString('base64')
const frame = (data, event = 'message', id = '') => ({ event, id, data })

export const framing = []

/** @param chunks texts or bytes, as they arrive */
function stream(id, why, chunks, events) {
  framing.push({ id, why, chunks: chunks.map(base64), events })
}

const WHOLE = 'id: 41\nevent: snapshot\ndata: {"a":\ndata: 1}\n\n: comment\n\ndata: é🔑\n\n'
const FRAMES = [frame('{"a":\n1}', 'snapshot', '41'), frame('é🔑', 'message', '41')]

stream('lf', 'lines end in LF', [WHOLE], FRAMES)
stream('crlf', 'lines end in CR LF', [WHOLE.replaceAll('\n', '\r\n')], FRAMES)
stream('cr', 'lines end in CR', [WHOLE.replaceAll('\n', '\r')], FRAMES)
stream(
  'mixed-ends',
  'all three in one stream',
  ['data: 1\r\n\ndata: 2\r\rdata: 3\n\r\n'],
  [frame('1'), frame('2'), frame('3')],
)
stream(
  'bytewise',
  'one byte at a time',
  [...Buffer.from(WHOLE)].map((byte) => [byte]),
  FRAMES,
)
stream(
  'bytewise-crlf',
  'one byte at a time: CR and LF of one end apart',
  [...Buffer.from(WHOLE.replaceAll('\n', '\r\n'))].map((byte) => [byte]),
  FRAMES,
)
stream('empty-chunks', 'chunks without bytes', ['data: a', '', '\n', '', '\n'], [frame('a')])
stream('bom', 'a byte-order mark at the start is dropped', ['\uFEFFdata: a\n\n'], [frame('a')])
stream('bom-split', 'the same, cut in two', [[0xef], [0xbb, 0xbf], 'data: a\n\n'], [frame('a')])
stream(
  'bom-later',
  'a byte-order mark anywhere else is text',
  ['data: a\n\n\uFEFFdata: b\n\ndata: \uFEFFc\n\n'],
  [frame('a'), frame('\uFEFFc')],
)
stream('comments', 'lines that start with a colon', [':\n: data: x\ndata: a\n:\n\n'], [frame('a')])
stream(
  'space',
  'one space after the colon is dropped, no more',
  ['data:a\n\ndata:  b\n\n'],
  [frame('a'), frame(' b')],
)
stream('colons', 'the first colon divides', ['data: a: b:c\n\n'], [frame('a: b:c')])
stream(
  'no-colon',
  'a line without colon is a field without value',
  ['data\n\ndata\ndata\n\n'],
  [frame(''), frame('\n')],
)
stream(
  'unknown-field',
  'fields that we do not know, and "retry"',
  ['foo: 1\nretry: 5\ndata: a\n\n'],
  [frame('a')],
)
stream(
  'field-case',
  'names of fields are compared exactly',
  ['DATA: a\n data: b\ndata: c\n\n'],
  [frame('c')],
)
stream(
  'no-data',
  'a frame without data is none, and its name is forgotten',
  ['event: x\nid: 1\n\ndata: a\n\n'],
  [frame('a', 'message', '1')],
)
stream(
  'event-last',
  'the last name counts, for one frame',
  ['event: a\nevent: b\ndata: 1\n\ndata: 2\n\n'],
  [frame('1', 'b'), frame('2')],
)
stream(
  'event-empty',
  'an empty name is the usual one',
  ['event: a\nevent\ndata: 1\n\n'],
  [frame('1')],
)
stream(
  'id-stays',
  'an id counts until another comes; an empty one resets it',
  ['id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n'],
  [frame('a', 'message', '1'), frame('b', 'message', '1'), frame('c')],
)
stream(
  'id-nul',
  'an id with U+0000 is ignored',
  ['id: 1\ndata: a\n\nid: 2\u00003\ndata: b\n\n'],
  [frame('a', 'message', '1'), frame('b', 'message', '1')],
)
stream(
  'unfinished',
  'a frame that no empty line ends is dropped',
  ['data: a\n\ndata: b\n'],
  [frame('a')],
)
stream(
  'blank-lines',
  'empty lines between frames',
  ['\n\n\ndata: a\n\n\n\ndata: b\n\n'],
  [frame('a'), frame('b')],
)
stream(
  'invalid-utf8',
  'bytes that are no UTF-8 become U+FFFD',
  ['data: a', [0xff], 'b\n\n'],
  [frame('a\uFFFDb')],
)
stream(
  'line-separators',
  'U+2028 and U+0085 end no line',
  ['data: a\u2028b\u0085c\n\n'],
  [frame('a\u2028b\u0085c')],
)
