import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { USER_AGENT_HEADER, USER_IP_HEADER } from '@countersign/core'
import type { HeaderReader } from './call.js'
import { readDeviceToken } from './device-cookie.js'

/** Who sent a request, as far as the transport tells. */
export interface Caller {
  /** A browser sends `Origin` or `Sec-Fetch-Site` and cannot be told not to. */
  readonly fromBrowser: boolean
  /** Address of the end user, from the connection, a trusted proxy or an authenticated client. */
  readonly ip: string | undefined
  readonly userAgent: string | undefined
  /** Token of the device, if it signed in before. */
  readonly deviceToken?: string | undefined
  /** Number of the request in the log. */
  readonly requestId?: string | undefined
}

export interface Bindings {
  readonly incoming?: IncomingMessage | undefined
  readonly requestId?: string | undefined
}

const USER_AGENT_LENGTH = 512

export function isFromBrowser(headers: HeaderReader): boolean {
  return headers.has('origin') || headers.has('sec-fetch-site')
}

/**
 * Reads the caller of a request that nobody vouches for. Address and agent are read when they are
 * asked for, since a refresh by a server asks for neither.
 * @param proxies those whose `X-Forwarded-For` counts; `undefined` for none
 */
export function readCaller(
  headers: HeaderReader,
  bindings: Bindings | undefined,
  proxies: BlockList | undefined,
): Caller {
  return {
    fromBrowser: isFromBrowser(headers),
    requestId: bindings?.requestId,
    get ip() {
      const peer = normaliseIp(bindings?.incoming?.socket.remoteAddress)
      if (!peer || !proxies || !isTrusted(peer, proxies)) return peer
      return forwardedIp(headers, proxies) ?? peer
    },
    get userAgent() {
      return cleanUserAgent(headers.get('user-agent'))
    },
    get deviceToken() {
      return readDeviceToken(headers)
    },
  }
}

/** An authenticated client tells whom it speaks for; its own address and agent are not the user's. */
export function readStatedCaller(headers: HeaderReader, caller: Caller): Caller {
  return {
    ...caller,
    ip: normaliseIp(headers.get(USER_IP_HEADER) ?? undefined),
    userAgent: cleanUserAgent(headers.get(USER_AGENT_HEADER)),
  }
}

/**
 * Proxies whose `X-Forwarded-For` counts.
 * @throws TypeError for what is neither an address nor a CIDR range
 */
export function proxyList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [, address = '', prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(range) ?? []
    const version = isIP(address)
    const bits = version === 4 ? 32 : 128
    if (version === 0 || Number(prefix ?? 0) > bits) {
      throw new TypeError('a trusted proxy is an address or a range like 10.0.0.0/8')
    }
    list.addSubnet(address, Number(prefix ?? bits), version === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

/** The last address that no trusted proxy wrote about itself. */
function forwardedIp(headers: HeaderReader, proxies: BlockList): string | undefined {
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim())
  const known = hops.map(normaliseIp).reverse()
  const user = known.find((hop) => hop === undefined || !isTrusted(hop, proxies))
  return user
}

function isTrusted(ip: string, proxies: BlockList): boolean {
  return proxies.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4')
}

/** IPv4 in IPv6 clothes is IPv4, and an interface of this machine is no part of an address. */
function normaliseIp(text: string | undefined): string | undefined {
  const ip = text?.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  return ip !== undefined && isIP(ip) ? ip : undefined
}

function cleanUserAgent(text: string | null): string | undefined {
  const printable = text?.replace(/[^\x20-\x7e]/g, '').slice(0, USER_AGENT_LENGTH)
  return printable || undefined
}
