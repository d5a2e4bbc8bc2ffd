import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import '@countersign/client/forms.css'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/controls.css'
import '../styles/forms.css'
import '../styles/social.css'
import '../styles/shell.css'
import '../styles/landing.css'
import '../styles/tasks.css'
import '../styles/overview.css'
import '../styles/session.css'
import '../styles/account.css'
import '../styles/admin.css'

export const metadata: Metadata = {
  title: { default: 'Daybook', template: '%s · Daybook' },
  description: 'Write it down. Sign it off. A calm list of what is left to do.',
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f1f5ef' },
    { media: '(prefers-color-scheme: dark)', color: '#0e1512' },
  ],
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
