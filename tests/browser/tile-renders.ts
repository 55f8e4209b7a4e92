/**
 * Counts in `tileRenders`, by the device's name, how often React renders each tile again after its first time. It uses
 * the hook by which React reports every commit to its developer tools: the fiber of a component that was called has
 * flag 1, and an untouched fiber is the same object as before.
 */
export const countTileRenders = `
  globalThis.tileRenders = new Map()
  const seen = new Map()
  const PerformedWork = 1
  globalThis.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    inject: () => 1,
    onCommitFiberUnmount() {},
    onCommitFiberRoot(_, root) {
      const open = [[root.current, null]]
      for (let step; (step = open.pop()); ) {
        const [fiber, component] = step
        if (fiber.sibling) open.push([fiber.sibling, component])
        const element = fiber.stateNode
        if (fiber.type === 'li' && element.classList.contains('tile')) {
          const before = seen.get(element)
          seen.set(element, component)
          if (before && before !== component && component.flags & PerformedWork) {
            const name = element.querySelector('h2').textContent
            tileRenders.set(name, (tileRenders.get(name) ?? 0) + 1)
          }
        } else if (fiber.child) open.push([fiber.child, fiber])
      }
    },
  }`
