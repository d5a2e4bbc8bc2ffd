import { useRef } from 'react'
import { SocialButtons } from '../../../todo/components/social-buttons'
import { endSentence } from '../../../todo/lib/sentences'
import { authUrl } from '../client'
import { useChallenge } from '../hooks/use-challenge'
import { usePageChange } from '../hooks/use-page-change'
import { useSocialProblem } from '../hooks/use-social-problem'
import { Brand } from './brand'
import { Link } from './link'
import { SecondStep } from './second-step'
import { SignInForm } from './sign-in-form'
import { SignUpForm } from './sign-up-form'

interface GateProps {
  readonly path: string
  /** Why the session ended, if it did so by itself or in another tab. */
  readonly reason: string | undefined
  /** Signs out once more, where the auth server could not be told. */
  readonly onSignOut: (() => Promise<void>) | undefined
}

/**
 * For everybody who is not signed in. It stands in place of the page that was asked for: its address
 * stays, so it is there after the sign-in.
 */
export function Gate({ path, reason, onSignOut }: GateProps) {
  const main = useRef<HTMLElement>(null)
  const [challenge, setChallenge] = useChallenge()
  const isNew = path === '/sign-up' && !challenge
  usePageChange(isNew ? 'Create an account' : 'Sign in', main)
  const problem = useSocialProblem()
  const ended = isNew || onSignOut ? undefined : endSentence(reason)
  const sentence = challenge ? undefined : (problem ?? ended)
  return (
    <>
      <header className="site-header">
        <Brand />
      </header>
      <main className="gate" ref={main} tabIndex={-1}>
        <div className="sheet gate-sheet">
          <h1>{isNew ? 'Create an account' : 'Sign in'}</h1>
          <p className="notice" role="status" hidden={!sentence}>
            {sentence}
          </p>
          {onSignOut && <Untold onSignOut={onSignOut} />}
          {isNew && <SignUpForm />}
          {!isNew && !challenge && <SignInForm onChallenge={setChallenge} />}
          {challenge && (
            <SecondStep challenge={challenge} onRestart={() => setChallenge(undefined)} />
          )}
          <SocialButtons base={`${authUrl}/api/auth`} returnTo={path} />
          {!challenge && <Switch isNew={isNew} />}
        </div>
      </main>
    </>
  )
}

function Switch({ isNew }: { isNew: boolean }) {
  return (
    <p className="gate-switch">
      {isNew ? 'Already here? ' : 'New here? '}
      <Link href={isNew ? '/sign-in' : '/sign-up'}>{isNew ? 'Sign in' : 'Create an account'}</Link>
    </p>
  )
}

function Untold({ onSignOut }: { onSignOut: () => Promise<void> }) {
  return (
    <p className="notice" role="alert">
      No connection: this browser is still signed in for whoever reloads this page.{' '}
      <button type="button" className="link-button" onClick={onSignOut}>
        Sign out again
      </button>
    </p>
  )
}
