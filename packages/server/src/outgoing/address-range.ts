import { BlockList, isIP } from 'node:net'

/** Special-purpose addresses (RFC 6890 and its registry), multicast, and IPv6 that hides IPv4. */
const SPECIAL = {
  ipv4: [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ],
  ipv6: [
    ['::', 96],
    ['::ffff:0:0', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['100::', 64],
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
    ['5f00::', 16],
    ['fc00::', 7],
    ['fe80::', 10],
    ['fec0::', 10],
    ['ff00::', 8],
  ],
} as const

// One list for each: a single one takes every IPv4 address for its ::ffff:0:0/96.
const special = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const [address, bits] of SPECIAL.ipv4) special.ipv4.addSubnet(address, bits, 'ipv4')
for (const [address, bits] of SPECIAL.ipv6) special.ipv6.addSubnet(address, bits, 'ipv6')

/** Whether anybody on the internet can have this address. False for what is no address. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 0) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  return !special[family].check(address, family)
}
