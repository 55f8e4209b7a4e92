import { useSyncExternalStore } from 'react'
import { useFormat } from '../format.ts'
import { live } from '../live/live.ts'
import { Signal } from '../signal.ts'

/** One timer for all components with the same interval, so that they are drawn together. */
class Ticker {
  readonly now: Signal<number>
  readonly #everyMs: number
  #timer: ReturnType<typeof setInterval> | undefined
  #readers = 0

  constructor(everyMs: number) {
    this.#everyMs = everyMs
    this.now = new Signal(live.clock.now())
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const leave = this.now.subscribe(listener)
    if (this.#readers++ === 0) {
      this.now.set(live.clock.now())
      this.#timer = setInterval(() => this.now.set(live.clock.now()), this.#everyMs)
    }
    return () => {
      leave()
      if (--this.#readers === 0) clearInterval(this.#timer)
    }
  }
}

const tickers = new Map<number, Ticker>()

function tickerOf(everyMs: number): Ticker {
  let ticker = tickers.get(everyMs)
  if (!ticker) tickers.set(everyMs, (ticker = new Ticker(everyMs)))
  return ticker
}

/** The gateway's time, read again every `everyMs`. */
export function useNow(everyMs: number): number {
  const ticker = tickerOf(everyMs)
  return useSyncExternalStore(ticker.subscribe, ticker.now.get)
}

/** "3 minutes ago", with the exact time on hovering. */
export function Ago({ at }: { at: string | number }) {
  const format = useFormat()
  const now = useNow(10_000)
  const ms = typeof at === 'number' ? at : Date.parse(at)
  const gregorian = format.gregorian(ms)
  return (
    <time dateTime={new Date(ms).toISOString()} title={`${format.dateTime(ms)}${gregorian ? ` (${gregorian})` : ''}`}>
      {format.ago(ms, Math.max(now, ms))}
    </time>
  )
}

/** Date and time in full. Persian readers get the Jalali date, with the Gregorian one small beside it. */
export function Moment({ at, year = false }: { at: string | number; year?: boolean }) {
  const format = useFormat()
  const ms = typeof at === 'number' ? at : Date.parse(at)
  const gregorian = format.gregorian(ms)
  return (
    <time dateTime={new Date(ms).toISOString()} className="moment">
      <span>{year ? format.date(ms) : format.dateTime(ms)}</span>
      {gregorian && <small dir="ltr">{gregorian}</small>}
    </time>
  )
}

export function Countdown({ until }: { until: number }) {
  const format = useFormat()
  const left = Math.max(0, Math.ceil((until - useNow(500)) / 1_000))
  const two = (value: number) => format.number(value).padStart(2, format.number(0))
  return (
    <span className="countdown" role="timer">
      {two(Math.floor(left / 60))}:{two(left % 60)}
    </span>
  )
}
