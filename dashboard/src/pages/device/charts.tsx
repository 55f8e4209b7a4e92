import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type TelemetryRange, telemetryRanges } from '#protocol/vocabulary.ts'
import { telemetry } from '../../api/queries.ts'
import { Card } from '../../parts/page.tsx'
import { Failure, Waiting } from '../../parts/states.tsx'
import { Chart } from './chart.tsx'

/** Series that the gateway measures come first, in this order; the board's sensors follow by name. */
const order = ['fps', 'latency', 'signal', 'memoryFree', 'memory']
const rank = (name: string): number => (order.indexOf(name) + order.length + 1) % (order.length + 1)

export default function Charts({ device }: { device: string }) {
  const { t } = useTranslation()
  const [range, setRange] = useState<TelemetryRange>('15m')
  const { data, error, refetch } = useQuery(telemetry(device, range))
  const series = Object.entries(data?.series ?? {}).sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
  return (
    <Card
      title={t('chart.title')}
      aside={
        <SegmentedControl
          size="xs"
          value={range}
          onChange={value => setRange(value as TelemetryRange)}
          aria-label={t('chart.range')}
          data={telemetryRanges.map(value => ({ value, label: t(`chart.${value}`) }))}
        />
      }
    >
      {error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting />
      ) : series.length === 0 ? (
        <p className="quiet">{t('chart.none')}</p>
      ) : (
        <div className="charts">
          {series.map(([name, points]) => (
            <Chart key={name} name={name} points={points} range={range} />
          ))}
        </div>
      )}
    </Card>
  )
}
