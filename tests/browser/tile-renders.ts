/**
 * Counts in `tileRenders`, by the device's name, how often React calls the component of each tile after its first time.
 * React tells of every commit as it does to its developer tools; a component that was called carries flag 1, and a
 * fiber that was not touched is the same object as before.
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
