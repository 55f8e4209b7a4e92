import { Component, type ReactNode } from 'react'
import { Failure } from './states.tsx'

/** Shows a failure in place of the part that threw; the rest of the page stays usable. */
export class Boundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {}

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render() {
    if (this.state.error === undefined) return this.props.children
    return <Failure error={this.state.error} retry={() => location.reload()} />
  }
}
