import { type RefObject, startTransition, useEffect, useState } from 'react'

interface TileVisibility {
  /** Whether the tile is on the screen, or within a screen of it. */
  near: boolean
  /**
   * The tile's height in px, as measured when it last ceased to be near. Undefined before that, and after the window's
   * width changed.
   */
  height: number | undefined
}

type Listener = (visibility: TileVisibility) => void

const tiles = new Map<Element, { id: string; listener: Listener }>()
/** Heights of tiles that are empty because they are far away: the page must not jump when they are filled again. */
const heights = new Map<string, number>()
let width = innerWidth
addEventListener('resize', () => {
  // Heights stay valid while the width does: phones change the window's height with every scroll.
  if (width !== innerWidth) heights.clear()
  width = innerWidth
})

/** One observer serves all tiles, which come near in rows. A transition fills them in idle time between frames. */
const observer = new IntersectionObserver(entries => startTransition(() => entries.forEach(notify)), {
  rootMargin: '100%',
})

function notify({ target, isIntersecting: near, boundingClientRect }: IntersectionObserverEntry): void {
  const tile = tiles.get(target)
  if (!tile) return
  // The first report is about a tile that was never filled: its height means nothing.
  if (!near && target.hasAttribute('data-near')) heights.set(tile.id, boundingClientRect.height)
  tile.listener({ near, height: heights.get(tile.id) })
}

export function useTileVisibility(id: string, place: RefObject<Element | null>): TileVisibility {
  const [visibility, listener] = useState<TileVisibility>(() => ({ near: false, height: heights.get(id) }))
  useEffect(() => {
    const element = place.current!
    tiles.set(element, { id, listener })
    observer.observe(element)
    return () => {
      observer.unobserve(element)
      tiles.delete(element)
    }
  }, [id, place])
  return visibility
}
