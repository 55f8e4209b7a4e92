import { type RefObject, startTransition, useEffect, useState } from 'react'

interface Whereabouts {
  /** On the screen, or within a screen of it. */
  near: boolean
  /** In px, as it was when it last left; nothing before, and after the window changed its width. */
  height: number | undefined
}

type Hear = (where: Whereabouts) => void

const hearers = new Map<Element, { id: string; hear: Hear }>()
/** What a tile far away keeps free, so that nothing moves when it is filled again: also after coming back to the page. */
const heights = new Map<string, number>()
let width = innerWidth
addEventListener('resize', () => {
  // Phones change the height with every scroll.
  if (width !== innerWidth) heights.clear()
  width = innerWidth
})

/** One for all tiles: they come near in rows, and are filled in what time the frames of a scroll leave. */
const observer = new IntersectionObserver(entries => startTransition(() => entries.forEach(tell)), {
  rootMargin: '100%',
})

function tell({ target, isIntersecting: near, boundingClientRect }: IntersectionObserverEntry): void {
  const hearer = hearers.get(target)
  if (!hearer) return
  // The first word of a tile is about one that was never filled.
  if (!near && target.hasAttribute('data-near')) heights.set(hearer.id, boundingClientRect.height)
  hearer.hear({ near, height: heights.get(hearer.id) })
}

export function useTileVisibility(id: string, place: RefObject<Element | null>): Whereabouts {
  const [where, hear] = useState<Whereabouts>(() => ({ near: false, height: heights.get(id) }))
  useEffect(() => {
    const element = place.current!
    hearers.set(element, { id, hear })
    observer.observe(element)
    return () => {
      observer.unobserve(element)
      hearers.delete(element)
    }
  }, [id, place])
  return where
}
