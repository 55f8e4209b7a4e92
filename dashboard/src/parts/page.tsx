import type { ReactNode } from 'react'
import { useTitle } from '../router.tsx'

interface PageProps {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

export function Page({ title, lead, actions, children }: PageProps) {
  useTitle(title)
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1>{title}</h1>
          {lead && <p>{lead}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </div>
  )
}

interface CardProps {
  title?: ReactNode
  lead?: ReactNode
  aside?: ReactNode
  children: ReactNode
  className?: string
}

export function Card({ title, lead, aside, children, className = '' }: CardProps) {
  return (
    <section className={`card ${className}`}>
      {(title || aside) && (
        <div className="card-head">
          <div>
            {title && <h2>{title}</h2>}
            {lead && <p>{lead}</p>}
          </div>
          {aside}
        </div>
      )}
      {children}
    </section>
  )
}
