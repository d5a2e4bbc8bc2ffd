import { SessionProvider } from '@countersign/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import '@countersign/client/forms.css'
import '../../todo/styles/tokens.css'
import '../../todo/styles/base.css'
import '../../todo/styles/controls.css'
import '../../todo/styles/forms.css'
import '../../todo/styles/social.css'
import '../../todo/styles/shell.css'
import '../../todo/styles/tasks.css'
import '../../todo/styles/session.css'
import './app.css'
import { client } from './client'
import { App } from './components/app'

const root = document.getElementById('app')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <SessionProvider client={client}>
        <App />
      </SessionProvider>
    </StrictMode>,
  )
}
