/**
 * Next swaps this module for its server form by this exact name, so it cannot be imported as
 * `next/navigation.js`, the only spelling that NodeNext resolves.
 */
declare module 'next/navigation' {
  export function redirect(path: string): never
}
