/** A place of the secret in a text. `from`: the index of its first character; `to`: the index after its last one. */
export interface TextSpan {
  from: number
  to: number
}

/**
 * The escapes in a text: an escape that ends at `to` began at `from[to]` and stands for `units[to]`, or for nothing if
 * it is a backslash. At most one escape ends at any place. `behind` holds the end of the longest escape that begins at
 * a place, or 0.
 */
interface Escapes {
  from: Int32Array
  behind: Int32Array
  /** Code units, code points beyond the first plane, `none` or `skipped`. */
  units: Int32Array
}

const none = -1
/** Backslashes stand for no character of their own: JSON within JSON doubles them at each level. */
const skipped = -2

/** This many first units of a secret are searched for, in any mixture of spellings; the rest is then compared. */
const searchedUnits = 128
/** Fewer characters of a secret than this reveal nothing of it. */
const fewestUnits = 4

/**
 * Finds one secret in texts, even if any of its characters are escaped, once or repeatedly: `\/`, `\u002f`, `%2F`,
 * `%252f`, a space as `+`. ASCII letters match in either case, because the hexadecimal digits of escapes come in both.
 *
 * The escapes of a text are read once. Then, for each place of the text, one bit for each character of the secret shows
 * whether the secret up to this character can end there (Baeza-Yates and Gonnet, "A new approach to text searching",
 * 1992). So each character of the text costs the same in any context: at most four steps, each of which handles 32
 * characters of the secret.
 */
export class SecretSpellings {
  /** Code units of the secret, without its backslashes, in lower case. */
  readonly #secret: readonly number[]
  /** Index of the last unit that is searched for. */
  readonly #last: number
  /** The number of 32-bit words for one place. */
  readonly #words: number
  /** The places of each code unit in the secret. */
  readonly #places = new Map<number, Int32Array>()
  readonly #endsInBackslash: boolean

  constructor(secret: string) {
    const units = Array.from({ length: secret.length }, (_, at) => lower(secret.charCodeAt(at)))
    this.#secret = units.filter(unit => unit !== backslash)
    this.#last = Math.min(this.#secret.length, searchedUnits) - 1
    this.#endsInBackslash = secret.endsWith('\\') && this.#last === this.#secret.length - 1
    this.#words = Math.ceil((this.#last + 1) / 32)
    for (const [at, unit] of this.#secret.slice(0, searchedUnits).entries()) {
      this.#mark(unit, at)
      if (unit === space) this.#mark(plus, at)
    }
  }

  /**
   * Finds all spellings of the secret in `text`, in order and without overlaps. `cut`: the text was cut, so the
   * beginning of the secret is found at its end too.
   */
  find(text: string, cut = false): TextSpan[] {
    const last = this.#last
    if (last < 0) return []
    const search = new Search(text, this.#words)
    this.#follow(search)
    const spans: TextSpan[] = []
    const strike = (to: number, unit: number) => {
      const before = spans.at(-1)
      const from = this.#startOf(search, to, unit, before?.to ?? 0)
      const end = unit === last ? this.#endOf(search, to) : to
      if (before && from <= before.to) before.to = end
      else spans.push({ from, to: end })
    }
    const struckTo = () => spans.at(-1)?.to ?? 0
    for (let to = 1; to <= text.length; to++)
      if (search.has(to, last) && to > struckTo() && this.#isEnd(search, to)) strike(to, last)
    if (cut && struckTo() < text.length) {
      let unit = last - 1
      while (unit >= 0 && !search.has(text.length, unit)) unit--
      if (unit >= 0 && unit + 1 >= Math.min(fewestUnits, last)) strike(text.length, unit)
    }
    return spans
  }

  #mark(unit: number, at: number): void {
    let places = this.#places.get(unit)
    if (!places) this.#places.set(unit, (places = new Int32Array(this.#words)))
    places[at >> 5]! |= 1 << (at & 31)
  }

  #follow(search: Search): void {
    const { text, from, units } = search
    for (let to = 1; to <= text.length; to++) {
      search.step(to - 1, to, this.#places.get(lower(text.charCodeAt(to - 1))))
      const unit = units[to]!
      if (unit === none) continue
      if (unit === skipped) search.join(from[to]!, to)
      else if (unit <= 0xffff) search.step(from[to]!, to, this.#places.get(lower(unit)))
      else {
        // The escape stands for two units: the place before its last character serves as the place between them.
        search.step(from[to]!, to - 1, this.#places.get(highHalf(unit)))
        search.step(to - 1, to, this.#places.get(lowHalf(unit)))
      }
    }
  }

  /** Whether the secret really ends at `to`: a backslash there belongs to it only if the secret ends in one. */
  #isEnd({ from, units, has }: Search, to: number): boolean {
    return this.#endsInBackslash || units[to] !== skipped || !has(from[to]!, this.#last)
  }

  /** Finds where the secret begins whose character `unit` ends at `to`; not before `stop`, the end of the last find. */
  #startOf({ from, units, has }: Search, to: number, unit: number, stop: number): number {
    let at = to
    for (let left = unit; left >= 0 && at > stop; ) {
      const read = units[at]!
      const begin = from[at]!
      const canBegin = (count: number) => left < count || has(begin, left - count)
      if (read === skipped && has(begin, left)) at = begin
      else if (read > 0xffff && this.#isAt(left, lowHalf(read)) && left > 0 && canBegin(2)) {
        at = begin
        left -= 2
      } else {
        at = read >= 0 && this.#isAt(left, lower(read)) && canBegin(1) ? begin : at - 1
        left--
      }
    }
    // The backslashes before it belong to its first escape, or to the secret.
    while (at > stop && units[at] === skipped) at = from[at]!
    return Math.max(at, stop)
  }

  /** Compares the rest of a long secret from the end of the searched part, and returns the end of what matches. */
  #endOf({ text, behind, units }: Search, from: number): number {
    let to = from
    for (let at = this.#last + 1; at < this.#secret.length; ) {
      const end = behind[to]!
      const read = end > 0 ? units[end]! : none
      if (read === skipped) to = end
      else if (read > 0xffff && this.#isAt(at, highHalf(read)) && this.#isAt(at + 1, lowHalf(read))) {
        to = end
        at += 2
      } else if (read >= 0 && this.#isAt(at, lower(read))) {
        to = end
        at++
      } else if (this.#isAt(at, lower(text.charCodeAt(to)))) {
        to++
        at++
      } else return to
    }
    return to
  }

  #isAt(at: number, unit: number): boolean {
    return this.#secret[at] === unit || (unit === plus && this.#secret[at] === space)
  }
}

/** Holds, for each place of a text, the characters of the secret that can end there. */
class Search {
  readonly text: string
  readonly from: Int32Array
  readonly behind: Int32Array
  readonly units: Int32Array
  readonly #words: number
  readonly #bits: Int32Array
  /** The number of words in use at each place: mostly 0. */
  readonly #used: Uint8Array

  constructor(text: string, words: number) {
    this.text = text
    ;({ from: this.from, behind: this.behind, units: this.units } = readEscapes(text))
    this.#words = words
    this.#bits = new Int32Array((text.length + 1) * words)
    this.#used = new Uint8Array(text.length + 1)
  }

  readonly has = (place: number, unit: number): boolean =>
    (this.#bits[place * this.#words + (unit >> 5)]! & (1 << (unit & 31))) !== 0

  /** Records a code unit between two places of the text, which occurs at `places` of the secret. */
  step(before: number, behind: number, places: Int32Array | undefined): void {
    if (!places) return
    const bits = this.#bits
    const source = before * this.#words
    const target = behind * this.#words
    const words = Math.min(this.#used[before]! + 1, this.#words)
    let used = this.#used[behind]!
    // The secret can begin anywhere.
    let carried = 1
    for (let word = 0; word < words; word++) {
      const ends = bits[source + word]!
      const next = ((ends << 1) | carried) & places[word]!
      carried = ends >>> 31
      if (next === 0) continue
      bits[target + word]! |= next
      if (used <= word) used = word + 1
    }
    this.#used[behind] = used
  }

  /** Records that the text between two places stands for no character. */
  join(before: number, behind: number): void {
    const words = this.#used[before]!
    for (let word = 0; word < words; word++)
      this.#bits[behind * this.#words + word]! |= this.#bits[before * this.#words + word]!
    if (this.#used[behind]! < words) this.#used[behind] = words
  }
}

/** Reads each character once; the digits of an escape such as `%25252f` once more for each byte of a character. */
function readEscapes(text: string): Escapes {
  const from = new Int32Array(text.length + 1)
  const behind = new Int32Array(text.length + 1)
  const units = new Int32Array(text.length + 1).fill(none)
  const put = (begin: number, end: number, unit: number) => {
    from[end] = begin
    behind[begin] = end
    units[end] = unit === backslash ? skipped : unit
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) put(at, at + 1, backslash)
    else if (code === percent) readPercents(text, at, put)
    else if (units[at] === skipped) {
      const unit = code === letterU ? hex(text, at + 1, 4) : (shortEscapes.get(code) ?? none)
      if (unit !== none) put(at, at + (code === letterU ? 5 : 1), unit)
    }
  }
  return { from, behind, units }
}

type Put = (begin: number, end: number, unit: number) => void

/** Reads the percent escape that begins at `at`: `%2f`, `%25252f`, `%c3%a9`. */
function readPercents(text: string, at: number, put: Put): void {
  const [byte, end] = readByte(text, at, end => put(at, end, percent))
  if (byte < 0x80) {
    if (byte !== none) put(at, end, byte)
    return
  }
  // In UTF-8, the first byte shows how many bytes follow, and holds the first bits of the code point (RFC 3629 §3).
  const more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0
  let code = byte & (0x3f >> more)
  let behind = end
  for (let left = more; left > 0; left--) {
    const [next, nextEnd] = text.charCodeAt(behind) === percent ? readByte(text, behind) : [none, behind]
    if (next < 0x80 || next >= 0xc0) return
    code = (code << 6) | (next & 0x3f)
    behind = nextEnd
  }
  if (more > 0 && code <= 0x10ffff) put(at, behind, code)
}

/**
 * Reads the byte after a percent sign, which may itself be escaped any number of times. `onPercent` is called with the
 * end of each escaped percent sign.
 */
function readByte(text: string, at: number, onPercent?: (end: number) => void): [byte: number, end: number] {
  let end = at + 1
  for (;;) {
    const byte = hex(text, end, 2)
    if (byte === none) return [none, end]
    end += 2
    if (byte !== percent) return [byte, end]
    onPercent?.(end)
  }
}

/** The value of `digits` hexadecimal digits at `at`; `none` if they are not hexadecimal. */
function hex(text: string, at: number, digits: number): number {
  let value = 0
  for (let place = at; place < at + digits; place++) {
    const code = lower(text.charCodeAt(place))
    if (code >= 0x30 && code <= 0x39) value = value * 16 + code - 0x30
    else if (code >= 0x61 && code <= 0x66) value = value * 16 + code - 0x57
    else return none
  }
  return value
}

const backslash = 0x5c
const percent = 0x25
const plus = 0x2b
const space = 0x20
const letterU = 0x75

/** The letters that stand for other characters after a backslash in JSON (RFC 8259 §7). */
const shortEscapes: ReadonlyMap<number, number> = new Map(
  Object.entries({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(([written, meant]) => [
    written.charCodeAt(0),
    meant.charCodeAt(0),
  ]),
)

/** The two code units of a character beyond the first plane (RFC 2781 §2.1). */
const highHalf = (code: number): number => 0xd800 + ((code - 0x10000) >> 10)
const lowHalf = (code: number): number => 0xdc00 + ((code - 0x10000) & 0x3ff)

const lower = (unit: number): number => (unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit)
