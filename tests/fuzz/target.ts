import fc from 'fast-check'

export interface FuzzOptions {
  seed: number
  /** The largest number of inputs to try. */
  inputs: number
  /** The run ends after this time, however many inputs it has tried. */
  withinMs?: number
}

export interface FuzzResult {
  tried: number
  /** The smallest input that breaks the property, and its error; undefined if none was found. */
  find: { input: string; error: unknown } | undefined
}

/** One decoder or one kind of request, with its inputs and the property that must hold. */
export interface FuzzTarget {
  name: string
  run(options: FuzzOptions): Promise<FuzzResult>
}

/** Makes a target. `holds` throws or rejects for an input that breaks the property. */
export function target<Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  holds: (input: Input) => void | Promise<void>,
): FuzzTarget {
  return {
    name,
    async run({ seed, inputs: numRuns, withinMs }) {
      const limit = withinMs === undefined ? {} : { interruptAfterTimeLimit: withinMs, markInterruptAsFailure: false }
      const property = fc.asyncProperty(inputs, async input => void (await holds(input)))
      const {
        failed,
        counterexample,
        errorInstance,
        numRuns: tried,
      } = await fc.check(property, {
        seed,
        numRuns,
        ...limit,
      })
      if (!failed || !counterexample) return { tried, find: undefined }
      return { tried, find: { input: fc.stringify(counterexample[0]), error: errorInstance } }
    },
  }
}

/** Characters that have a meaning for some decoder. */
const pieces: readonly string[] = [
  ...[
    '',
    '\0',
    '\r\n',
    '\n',
    '\t',
    ' ',
    '"',
    "'",
    '\\',
    '/',
    '%',
    '%00',
    '%2e',
    '.',
    '..',
    ',',
    ';',
    ':',
    '=',
    '&',
    '?',
    '#',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    '[]',
    '{}',
    'null',
    'true',
    '-1',
    '1e400',
    'NaN',
    '0x10',
    '99999999999999999999',
    '__proto__',
  ],
  ...['constructor', '\ud800', '\u202e', '\u0085', '\x1b[31m', '𐍈', 'é', '\\u0000', '\\ud83d', '[token]', 'dvz_'],
]

/** A change of a text or of bytes: the part at `at` thousandths of its length is replaced, doubled or cut off. */
const change = <Piece>(piece: fc.Arbitrary<Piece>) =>
  fc.record({
    at: fc.nat(1_000),
    length: fc.nat(12),
    piece,
    kind: fc.constantFrom('replace', 'replace', 'replace', 'double', 'cut'),
  })

/** One of these texts, damaged in most cases. */
export function damagedText(samples: readonly string[] | fc.Arbitrary<string>): fc.Arbitrary<string> {
  const sample = samples instanceof fc.Arbitrary ? samples : fc.constantFrom(...samples)
  const piece = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 6 }))
  return fc.tuple(sample, fc.array(change(piece), { maxLength: 4 })).map(([whole, changes]) =>
    changes.reduce((before, { at, length, piece: put, kind }) => {
      const place = Math.floor((before.length * at) / 1_000)
      if (kind === 'cut') return before.slice(0, place)
      const end = place + length
      return before.slice(0, place) + (kind === 'double' ? before.slice(place, end).repeat(2) : put) + before.slice(end)
    }, whole),
  )
}

/** The same as `damagedText` for bytes. */
export function damagedBytes(samples: readonly Uint8Array[]): fc.Arbitrary<Buffer> {
  const piece = fc.oneof(fc.uint8Array({ maxLength: 4 }), fc.constant(Uint8Array.of(0xff, 0xff, 0xff, 0xff)))
  return fc.tuple(fc.constantFrom(...samples), fc.array(change(piece), { maxLength: 4 })).map(([sample, changes]) =>
    changes.reduce<Buffer>((before, { at, length, piece: put, kind }) => {
      const place = Math.floor((before.length * at) / 1_000)
      if (kind === 'cut') return before.subarray(0, place)
      const end = place + length
      const middle = kind === 'double' ? Buffer.concat([before.subarray(place, end), before.subarray(place, end)]) : put
      return Buffer.concat([before.subarray(0, place), middle, before.subarray(end)])
    }, Buffer.from(sample)),
  )
}
