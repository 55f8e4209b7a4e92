import { Component, type ReactNode } from 'react'
import { Failure } from './states.tsx'

/** A page that fails says so in its place; the rest of the house stands. */
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
