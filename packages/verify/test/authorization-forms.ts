import { hs256Token, OTHER_SECRET } from './fixtures.js'

/** A name, and the header lines of a request. */
type Form = readonly [name: string, ...lines: string[]]

const good = hs256Token()
const [header = '', payload = '', signature = ''] = good.split('.')
const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')

/** Requests without bearer credentials. */
export const CREDENTIALS_OF_ANOTHER_KIND: readonly Form[] = [
  ['an empty value', 'Authorization:'],
  ['only white space', 'Authorization:  \t '],
  ['another scheme', 'Authorization: Basic dXNlcjpwYXNz'],
  ['another scheme with parameters', 'Authorization: Digest username="a", realm="b"'],
  ['another scheme that holds the word', 'Authorization: Digest username="Bearer x"'],
  ['two of another scheme', 'Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic dTpw'],
  ['a scheme that only begins alike', `Authorization: BearerX ${good}`],
  ['a scheme with a colon', `Authorization: Bearer: ${good}`],
  ['a scheme with an equals sign', `Authorization: Bearer=${good}`],
  ['a scheme in quotes', `Authorization: "Bearer ${good}"`],
  ['a scheme without a space', `Authorization: Bearer${good}`],
  ['a token without a scheme', `Authorization: ${good}`],
  ['a DPoP token', `Authorization: DPoP ${good}`],
  ['a token in a cookie', `Cookie: access_token=${good}; token=${good}; Authorization=${good}`],
  ['a whole header in a cookie', `Cookie: Authorization=Bearer ${good}`],
  ['a proxy credential', `Proxy-Authorization: Bearer ${good}`],
  ['a made-up header', `X-Authorization: Bearer ${good}`, `X-Access-Token: ${good}`],
]

/** Bearer credentials that are no token of ours. */
export const UNUSABLE_TOKENS: readonly Form[] = [
  ['no token', 'Authorization: Bearer'],
  ['no token after a space', 'Authorization: Bearer '],
  ['percent signs', 'Authorization: Bearer %%'],
  ['a bad escape', 'Authorization: Bearer %E0%A4%A'],
  ['a text that is no token', 'Authorization: Bearer undefined'],
  ['a JSON object', 'Authorization: Bearer {"token":1}'],
  ['one dot', 'Authorization: Bearer .'],
  ['two dots', 'Authorization: Bearer ..'],
  ['dots and dots', `Authorization: Bearer ${'.'.repeat(4000)}`],
  ['two tokens', `Authorization: Bearer ${good} ${good}`],
  ['the scheme twice', `Authorization: Bearer Bearer ${good}`],
  ['two spaces', `Authorization: Bearer  ${good}`],
  ['a tab for a space', `Authorization: Bearer\t${good}`],
  ['a no-break space', `Authorization: Bearer\xa0${good}`],
  ['a no-break space at the end', `Authorization: Bearer ${good}\xa0`],
  ['a token in quotes', `Authorization: Bearer "${good}"`],
  ['a token as a parameter', `Authorization: Bearer token="${good}"`],
  ['a token with a parameter', `Authorization: Bearer ${good};v=1`],
  ['a token with padding', `Authorization: Bearer ${good}=`],
  ['bytes that are no ASCII', 'Authorization: Bearer \xe4\xf6\xfc\xff'],
  ['a token with a byte that is no ASCII', `Authorization: Bearer ${good}\xe9`],
  ['a very long token', `Authorization: Bearer ${'A'.repeat(9000)}`],
  ['four segments', `Authorization: Bearer ${good}.${signature}`],
  ['two segments', `Authorization: Bearer ${header}.${payload}`],
  ['no signature', `Authorization: Bearer ${header}.${payload}.`],
  ['the algorithm none', `Authorization: Bearer ${none}.${payload}.`],
  ['a forged signature', `Authorization: Bearer ${good.slice(0, -4)}AAAA`],
  ['a token of another secret', `Authorization: Bearer ${hs256Token({}, OTHER_SECRET)}`],
  ['a token for another API', `Authorization: Bearer ${hs256Token({ aud: 'other-api' })}`],
  [
    'a token of another issuer',
    `Authorization: Bearer ${hs256Token({ iss: 'https://x.example' })}`,
  ],
]

/** More credentials than one, of which one is a bearer token. */
export const SEVERAL_CREDENTIALS: readonly Form[] = [
  ['two headers', `Authorization: Bearer ${good}`, `Authorization: Bearer ${good}`],
  ['two headers, the first empty', 'Authorization:', `Authorization: Bearer ${good}`],
  ['two headers, the second empty', `Authorization: Bearer ${good}`, 'Authorization:'],
  ['two headers, the first bad', 'Authorization: Bearer bad', `Authorization: Bearer ${good}`],
  ['two headers of two schemes', 'Authorization: Basic dTpw', `Authorization: Bearer ${good}`],
  ['the two the other way round', `Authorization: Bearer ${good}`, 'Authorization: Basic dTpw'],
  ['two spellings of the name', `AUTHORIZATION: Bearer ${good}`, `authorization: Bearer ${good}`],
  [
    'three headers',
    'Authorization: Basic dTpw',
    'Authorization: Basic dTpw',
    `Authorization: Bearer ${good}`,
  ],
  ['a list of two tokens', `Authorization: Bearer ${good}, Bearer ${good}`],
  ['a list without spaces', `Authorization: Bearer ${good},bearer ${good}`],
  ['a list of two schemes', `Authorization: Basic dTpw, Bearer ${good}`],
  ['a list that ends in nothing', `Authorization: Bearer ${good},`],
  ['a list that begins with nothing', `Authorization: , Bearer ${good}`],
]
