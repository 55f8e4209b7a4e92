import type { TelemetryView } from '#protocol/settings.ts'
import type { TelemetryRange } from '#protocol/vocabulary.ts'
import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import UPlot from 'uplot'
import { type Format, useFormat } from '../../format.ts'
import { live } from '../../live/live.ts'

const heightPx = 150
const rangeS: Record<TelemetryRange, number> = { '15m': 900, '24h': 86_400, '30d': 30 * 86_400 }

function wordsFor(name: string, format: Format): (value: number) => string {
  if (/memory/i.test(name)) return format.bytes
  if (name === 'latency') return format.ms
  if (name === 'signal') return format.dbm
  return value => format.number(value, Math.abs(value) < 100 ? 1 : 0)
}

/** Isolates a Persian label, which runs from right to left inside a plot that runs from left to right. */
const isolated = (text: string, { language }: Format): string => (language === 'fa' ? `\u2067${text}\u2069` : text)

/** Draws one quantity over time: the average as a line, the range from minimum to maximum as a shaded area. */
export function Chart({
  name,
  points,
  range,
}: {
  name: string
  points: TelemetryView['series'][string]
  range: TelemetryRange
}) {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const scheme = useComputedColorScheme()
  const place = useRef<HTMLDivElement>(null)
  const show = useMemo(() => wordsFor(name, format), [name, format])
  const label = i18n.exists(`chart.${name}`) ? t(`chart.${name}`) : name
  const last = points.at(-1)?.[1] ?? 0
  const least = Math.min(...points.map(point => point[2]))
  const most = Math.max(...points.map(point => point[3]))

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew when the scheme changes
  useEffect(() => {
    const element = place.current!
    const style = getComputedStyle(element)
    const colour = (variable: string) => style.getPropertyValue(variable).trim()
    const pick = (index: 1 | 2 | 3) => points.map(point => point[index])
    const axis = {
      stroke: colour('--ink-soft'),
      font: `11px ${style.fontFamily}`,
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    }
    const hour = (seconds: number) =>
      range === '30d'
        ? format.date(seconds * 1_000).replace(/[\s,]*\d{4}|[\s,]*[۰-۹]{4}/, '')
        : format.time(seconds * 1_000).slice(0, 5)
    const end = live.clock.now() / 1_000
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height: heightPx,
        padding: [8, 20, 0, 0],
        legend: { show: false },
        cursor: { points: { size: 6 }, drag: { x: false, y: false } },
        scales: {
          // The axis spans the whole range, even if only a part of it has measurements.
          x: { range: [end - rangeS[range], end] },
          y: { range: (_, from, to) => (from === to ? [from - 1, to + 1] : UPlot.rangeNum(from, to, 0.15, true)) },
        },
        axes: [
          { ...axis, size: 28, space: 70, values: (_, splits) => splits.map(hour) },
          {
            ...axis,
            size: format.language === 'fa' ? 96 : 62,
            space: 26,
            values: (_, splits) => splits.map(split => isolated(show(split), format)),
          },
        ],
        series: [
          {},
          { stroke: 'transparent', points: { show: false } },
          { stroke: 'transparent', points: { show: false } },
          { stroke: colour('--accent'), width: 1.75, points: { show: points.length === 1 } },
        ],
        bands: [{ series: [2, 1], fill: colour('--accent-soft') }],
      },
      [points.map(point => point[0] / 1_000), pick(2), pick(3), pick(1)],
      element,
    )
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: heightPx }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      plot.destroy()
    }
  }, [points, range, scheme, format, show])

  return (
    <figure className="chart">
      <figcaption>
        <span>{label}</span>
        <strong>{show(last)}</strong>
      </figcaption>
      <div
        ref={place}
        dir="ltr"
        role="img"
        aria-label={t('chart.words', { name: label, last: show(last), least: show(least), most: show(most) })}
      />
    </figure>
  )
}
