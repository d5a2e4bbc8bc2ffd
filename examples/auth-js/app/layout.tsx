import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import '../../todo/styles/tokens.css'
import '../../todo/styles/base.css'
import '../../todo/styles/controls.css'
import '../../todo/styles/forms.css'
import '../../todo/styles/shell.css'
import '../../todo/styles/tasks.css'

export const metadata: Metadata = { title: 'Daybook with Auth.js' }

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  )
}
