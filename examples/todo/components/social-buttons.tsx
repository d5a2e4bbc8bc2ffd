'use client'

import { useSocial } from '../hooks/use-social'

interface SocialButtonsProps {
  /** Where the routes of Countersign are: a path of this origin, or an address of the auth server. */
  readonly base: string
  /** The page to come back to. */
  readonly returnTo: string
}

/** Signs in through a provider. Not there if the auth server knows none. */
export function SocialButtons({ base, returnTo }: SocialButtonsProps) {
  const { providers, busy, message, begin } = useSocial(base, returnTo)
  if (providers.length === 0) return null
  return (
    <fieldset className="social">
      <legend className="social-legend">Or</legend>
      {providers.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          className="button button-quiet button-wide"
          aria-busy={busy === id}
          aria-disabled={busy !== undefined}
          onClick={() => begin(id)}
        >
          <span className="button-label">Continue with {name}</span>
          {busy === id && <span className="spinner" />}
        </button>
      ))}
      <p className="social-message" role="alert">
        {message}
      </p>
    </fieldset>
  )
}
