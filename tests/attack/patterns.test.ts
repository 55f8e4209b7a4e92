import { analyse } from 'scslre'
import { describe, expect, it } from 'vitest'
import { type Node, type Source, sourcesOf } from '../support/syntax.ts'

interface Pattern {
  source: string
  flags: string
}

/** A call or `new`: its callee, and how many lists are spread into its arguments. */
interface Call {
  callee: string
  spreads: number
}

interface Found {
  patterns: Pattern[]
  calls: Call[]
}

/** Finds all regular expressions and all calls of a file. */
function read({ text, nodes }: Source): Found {
  const found: Found = { patterns: [], calls: [] }
  for (const node of nodes) {
    const regex = node.regex as { pattern: string; flags: string } | undefined
    if (regex) found.patterns.push({ source: regex.pattern, flags: regex.flags })
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') continue
    const { start, end } = node.callee as Node
    const spreads = (node.arguments as Node[]).filter(({ type }) => type === 'SpreadElement')
    found.calls.push({ callee: text.slice(start, end), spreads: spreads.length })
  }
  return found
}

const found = new Map(sourcesOf('src/**/*.ts').map(source => [source.file, read(source)]))

/** Patterns that take more than linear time, each with the reason why the text that it reads is short. */
const slowAllowed: Readonly<Record<string, string>> = {
  'src/cli/text/time.ts: /(\\d+(?:\\.\\d+)?)(ms|s|m|h|d|w)/g': 'what the user typed, and only if it is a duration',
  "src/core/diagnosis/diagnosis-text.ts: /(?![\\s().,:;!?]+(?:[^ -~…]|$))[!-'*+\\-/-9<-~([{][ -~…]*?(?=[\\s(.,:;!?]*(?:[^ -~…]|$))/g":
    'a sentence of our own table, with a host of at most 145 characters and a path of at most 64 in it',
}

/** Files that make patterns from text, each with the reason why that text does not come from outside. */
const madeAllowed: Readonly<Record<string, string>> = {
  'src/transports/access-table.ts': 'the paths of the access table, once, as the gateway starts',
}

/** Functions that take any number of arguments, so that a whole list may be spread into them. */
const takesMany = /^Math\.(?:max|min)$|\.(?:push|unshift|splice|concat|assign|fromCharCode|fromCodePoint|of)$/

/**
 * Calls that spread a list into such arguments, each with the reason why the list is short: from about 120,000
 * arguments on a call ends in a RangeError.
 */
const spreadsAllowed: Readonly<Record<string, string>> = {
  'src/adapters/store/sqlite/journal-search.ts: found.push': 'a page of at most 1,000 rows',
  'src/adapters/store/sqlite/sqlite-thread.ts: this.#pragmas.push': 'our own list',
  'src/adapters/store/sqlite/sqlite-worker.ts: pragmas.push': 'our own list',
  'src/cli/check/report.ts: Math.max': 'the steps of the check',
  'src/cli/devices.ts: found.push': 'a page of the gateway',
  'src/cli/text/table.ts: Math.max': 'the rows of a page',
  'src/cli/verb.ts: Math.max': 'the lines of a help text',
  'src/cli/verbs/journal.ts: entries.push': 'a page of the gateway',
  'src/core/health/findings/examine.ts: Math.max': 'one finding of each kind',
  'src/core/health/findings/network.ts: Math.max': 'at most 96 events of a board',
  'src/core/health/findings/network.ts: Math.min': 'at most 32 samples of a board',
  'src/core/health/findings/power.ts: Math.max': 'at most 96 events of a board',
  'src/core/journal/journal.ts: Math.min': 'one row of each queue',
  'src/serve/help.ts: Math.max': 'the flags',
  'src/simulator/picture/jpeg.ts: Buffer.of': 'tables of a picture of ours',
  'src/simulator/tokens.ts: spare.esp32cam.push': 'a gateway mints one at a time',
  'src/simulator/tokens.ts: spare.pico.push': 'a gateway mints one at a time',
  'src/transports/tcp/read-scheduler.ts: this.#waiting.unshift': 'at most 128 that are listened to at once',
}

describe('a regular expression', () => {
  it('takes time in proportion to the text, whatever the text', () => {
    const slow: string[] = []
    for (const [file, { patterns }] of found) {
      for (const pattern of patterns) {
        const { reports } = analyse(pattern)
        const name = `${file}: /${pattern.source}/${pattern.flags}`
        if (reports.length > 0 && !Object.hasOwn(slowAllowed, name))
          slow.push(`${name} (${reports.map(({ type }) => type).join(', ')})`)
      }
    }
    expect(slow).toEqual([])
  })

  it('is never made of text, which may be anything', () => {
    const made = [...found].flatMap(([file, { calls }]) =>
      calls.filter(({ callee }) => callee === 'RegExp').map(() => file),
    )
    expect(made).toEqual(Object.keys(madeAllowed))
  })

  it('is looked for in all of the source', () => {
    expect([...found.values()].flatMap(({ patterns }) => patterns).length).toBeGreaterThan(100)
    const { reports } = analyse({ source: '\\/+$', flags: '' })
    expect(reports).not.toEqual([])
  })

  it('is allowed to be slow only while it is there', () => {
    const names = [...found].flatMap(([file, { patterns }]) =>
      patterns.map(({ source, flags }) => `${file}: /${source}/${flags}`),
    )
    expect(Object.keys(slowAllowed).filter(name => !names.includes(name))).toEqual([])
  })
})

describe('a call', () => {
  it('never has as many arguments as somebody sends it', () => {
    const spread = [...found].flatMap(([file, { calls }]) =>
      calls
        .filter(({ callee, spreads }) => spreads > 0 && takesMany.test(callee))
        .map(({ callee }) => `${file}: ${callee}`),
    )
    expect([...new Set(spread)].sort()).toEqual(Object.keys(spreadsAllowed))
  })

  it('never passes a list as its arguments in another way', () => {
    const applied = [...found].filter(([, { calls }]) => calls.some(({ callee }) => /\.apply$/.test(callee)))
    expect(applied.map(([file]) => file)).toEqual([])
  })
})
