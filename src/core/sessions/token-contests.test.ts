import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../limits.ts'
import { TokenContests } from './token-contests.ts'

const minutes = 60_000
const [home, away, elsewhere] = ['203.0.113.7', '198.51.100.9', '192.0.2.1']

describe('a contest', () => {
  it('is three displacements between two addresses, back and forth, within 10 min', () => {
    const contest = new TokenContests(defaultLimits)
    expect(contest.displaced('d_1', home, away, 0)).toBe(false)
    expect(contest.displaced('d_1', away, home, 5 * minutes)).toBe(false)
    expect(contest.displaced('d_1', home, away, 10 * minutes - 1)).toBe(true)
  })

  it('is none when they are further apart', () => {
    const contest = new TokenContests(defaultLimits)
    expect(contest.displaced('d_1', home, away, 0)).toBe(false)
    expect(contest.displaced('d_1', away, home, 5 * minutes)).toBe(false)
    expect(contest.displaced('d_1', home, away, 10 * minutes)).toBe(false)
    expect(contest.displaced('d_1', away, home, 14 * minutes)).toBe(true)
  })

  it('is none within one address, or of a board that moves on and on', () => {
    const contest = new TokenContests(defaultLimits)
    for (let turn = 0; turn < 10; turn++) expect(contest.displaced('d_1', home, home, turn)).toBe(false)
    const route = [home, away, elsewhere, '192.0.2.2', '192.0.2.3', '192.0.2.4']
    for (let stop = 1; stop < route.length; stop++)
      expect(contest.displaced('d_1', route[stop - 1]!, route[stop]!, stop)).toBe(false)
  })

  it('is none within one IPv6 network, and one between two of them', () => {
    const contest = new TokenContests(defaultLimits)
    const [day, night, neighbour] = ['2001:db8:0:1::a', '2001:db8:0:1:ffff::b', '2001:db8:0:2::a']
    for (let turn = 0; turn < 4; turn++) {
      expect(contest.displaced('d_1', day, night, turn)).toBe(false)
      expect(contest.displaced('d_1', night, day, turn)).toBe(false)
    }
    expect(contest.displaced('d_1', day, neighbour, 5)).toBe(false)
    expect(contest.displaced('d_1', neighbour, night, 6)).toBe(false)
    expect(contest.displaced('d_1', day, neighbour, 7)).toBe(true)
  })

  it('is counted for each device on its own, and forgotten when told', () => {
    const contest = new TokenContests(defaultLimits)
    contest.displaced('d_1', home, away, 0)
    contest.displaced('d_1', away, home, 0)
    expect(contest.displaced('d_2', home, away, 0)).toBe(false)
    contest.forget('d_1')
    expect(contest.displaced('d_1', home, away, 0)).toBe(false)
  })
})
