import { useEffect, useState } from 'react'

/** The cockpit alone on the screen; where a browser has no full screen for pages, as on an iPhone, in its window. */
export function useFullScreen(): [boolean, () => void] {
  const [full, setFull] = useState(false)
  useEffect(() => {
    if (!full) return
    // The whole document, not the picture: questions and toasts are outside of it, and must be seen.
    const root = document.documentElement
    root.dataset.full = 'true'
    root.requestFullscreen?.({ navigationUI: 'hide' }).catch(() => {
      // Not allowed here: the window remains.
    })
    const changed = () => {
      if (!document.fullscreenElement) setFull(false)
    }
    // Before the question that the same key closes is gone.
    const pressed = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !document.querySelector('[role="dialog"]')) setFull(false)
    }
    document.addEventListener('fullscreenchange', changed)
    addEventListener('keydown', pressed, { capture: true })
    return () => {
      document.removeEventListener('fullscreenchange', changed)
      removeEventListener('keydown', pressed, { capture: true })
      delete root.dataset.full
      if (document.fullscreenElement) void document.exitFullscreen()
    }
  }, [full])
  return [full, () => setFull(!full)]
}
