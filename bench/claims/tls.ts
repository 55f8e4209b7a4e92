import { type Claim, fanout, interleave, type Row, round } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { median, spread } from '../harness/measure.ts'
import { type Kind, nodeTls } from '../harness/servers.ts'

export const claim: Claim = {
  name: 'tls',
  about: 'fan-out 1 × 50 to viewers over TLS: CPU-seconds per GB, against Node’s own tls copying the same bytes',
  async run(bench) {
    const work = 'fan-out 1 × 50 over TLS'
    const time = bench.quick ? ['-u', 0.5, '-t', 1] : ['-u', 2, '-t', 5]
    const kinds: Kind[] = [nodeTls, darvaza({ tls: true })]
    const runs = await interleave(bench, work, kinds, server => fanout(server, 1, 50, ...time))
    const perGb = (server: string) => runs.get(server)?.map(figures => figures.cpu_s_per_GB!) ?? []
    const [least, ours] = [perGb('node:tls'), perGb('darvaza')]
    const measured = (values: number[]) => `${round(median(values))} CPU-s per GB`
    const rows: Row[] = [{ work, server: 'node:tls', measured: measured(least) }]
    if (ours.length) {
      rows.push({
        work,
        server: 'darvaza',
        measured: measured(ours),
        figure: median(ours) / median(least),
        unit: '× node:tls',
        better: 'lower',
        spread: spread(ours.map((value, i) => value / least[i]!)),
        floor: 1.4,
        goal: 1.15,
      })
    }
    return rows
  },
}
