import { type ComponentProps, type MouseEvent, useEffect } from 'react'
import { Signal, useSignal } from './signal.ts'

const path = new Signal(location.pathname)
addEventListener('popstate', () => path.set(location.pathname))

export const usePath = (): string => useSignal(path)

export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to === location.pathname + location.search) return
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', to)
  path.set(location.pathname)
  scrollTo(0, 0)
}

/** An anchor that changes the address without loading the page. With a modifier key the browser handles the click. */
export function Link({ to, onClick, ...rest }: ComponentProps<'a'> & { to: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    go(to)
  }
  return <a href={to} onClick={follow} {...rest} />
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Darvaza` : 'Darvaza'
  }, [title])
}
