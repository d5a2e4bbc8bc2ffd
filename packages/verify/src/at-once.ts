/**
 * Which `verify` can also answer without a promise. Adapters ask that way first: most tokens come
 * from the cache, and a promise costs more than they do.
 * @module
 */
import type { Verifier } from './verifier.js'

type Verify = Verifier['verify']
type VerifySync = Verifier['verifySync']

/** By function: whoever puts a `verify` of their own around ours is asked, and never passed by. */
const pairs = new WeakMap<Verify, VerifySync>()

/** Declares two functions to give the same answers. */
export function pairAtOnce(verify: Verify, verifySync: VerifySync): void {
  pairs.set(verify, verifySync)
}

/** The function that gives the answers of `verify` at once, or throws where it would have to wait. */
export function atOnce(verify: Verify): VerifySync | undefined {
  return pairs.get(verify)
}
