import { RequireRole } from '@countersign/client/react'
import { Icon, type IconName } from '../../../todo/components/icon'
import { Link } from './link'

/** The private pages; at the bottom of a phone, in the header of anything wider. */
export function MainNav({ path }: { path: string }) {
  const link = (href: string, label: string, icon: IconName) => (
    <Link href={href} aria-current={path === href ? 'page' : undefined}>
      <Icon name={icon} />
      {label}
    </Link>
  )
  return (
    <nav className="main-nav" aria-label="Main">
      {link('/tasks', 'Tasks', 'tasks')}
      {link('/session', 'Session', 'session')}
      <RequireRole roles={['admin']}>{link('/admin', 'Admin', 'shield')}</RequireRole>
    </nav>
  )
}
