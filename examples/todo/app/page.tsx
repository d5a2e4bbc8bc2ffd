import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { Brand } from '../components/brand'
import { Icon } from '../components/icon'
import { SamplePage } from '../components/sample-page'
import { getSession } from '../lib/auth'

export const metadata: Metadata = { title: 'Daybook: write it down, sign it off' }

const PROMISES = [
  [
    'Always where you left it',
    'Open a second tab, close the lid, come back tomorrow: you are still signed in.',
  ],
  ['Yours alone', 'Your list opens for you and for nobody else, on every device you trust.'],
  [
    'One glance, every device',
    'See where you are signed in and sign a lost phone out from your desk.',
  ],
] as const

/** The front page for visitors; whoever is signed in goes straight to the list. */
export default async function LandingPage() {
  if (await getSession()) redirect('/tasks')
  return (
    <>
      <header className="site-header">
        <Brand href="/" />
        <Link className="button button-quiet" href="/sign-in">
          Sign in
        </Link>
      </header>
      <main className="landing">
        <div className="pitch">
          <h1>
            Write it down. <em>Sign it off.</em>
          </h1>
          <p className="lead">
            Daybook is a quiet list of what is left to do. Add a line, finish it, strike it through.
            Nothing else asks for your attention.
          </p>
          <p className="pitch-actions">
            <Link className="button button-large" href="/sign-up">
              Start your daybook <Icon name="arrow" />
            </Link>
            <span>
              Already have one? <Link href="/sign-in">Sign in</Link>
            </span>
          </p>
        </div>
        <SamplePage />
        <ul className="promises">
          {PROMISES.map(([title, text]) => (
            <li key={title}>
              <h2>{title}</h2>
              <p>{text}</p>
            </li>
          ))}
        </ul>
      </main>
    </>
  )
}
