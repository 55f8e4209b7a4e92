import { useEffect, useState } from 'react'

/** Full screen for the cockpit. In a browser without full screen for pages, as on an iPhone, it fills the window. */
export function useFullScreen(): [boolean, () => void] {
  const [full, setFull] = useState(false)
  useEffect(() => {
    if (!full) return
    // The whole document goes full screen: dialogs and toasts are outside of the cockpit and must be seen.
    const root = document.documentElement
    root.dataset.full = 'true'
    root.requestFullscreen?.({ navigationUI: 'hide' }).catch(() => {
      // The browser forbids full screen: the cockpit fills the window.
    })
    const changed = () => {
      if (!document.fullscreenElement) setFull(false)
    }
    // In the capture phase an open dialog still exists: Escape closes the dialog first, and full screen stays.
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
