/*
 * The drawings of the guide. One shape serves both languages. Other sites show them as images on their own pages, so
 * each drawing contains its colours for light and dark, and uses the fonts of the reader's system.
 */

type Language = 'en' | 'fa'
type Words = Record<Language, string>
const both = (en: string, fa: string): Words => ({ en, fa })
/** Text that is the same in both languages, such as messages and paths. */
const code = (text: string): Words => both(text, text)

const styles = `
  .ground { fill: #fffdf9; stroke: #e3dccf }
  .box { fill: #f3efe7; stroke: #cdc3b1 } .own { fill: #dcefec; stroke: #0b6e6b } .bad { fill: #fdefec; stroke: #c0443a }
  text { fill: #1b292c; font: 14px system-ui, Vazirmatn, sans-serif } .soft { fill: #566265; font-size: 12px }
  .head { font-weight: 600; font-size: 15px } .code { font: 12.5px ui-monospace, monospace }
  .line { stroke: #0b6e6b; stroke-width: 1.6; fill: none } .life { stroke: #cdc3b1; stroke-dasharray: 3 5 }
  .tip { fill: #0b6e6b }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #10191b; stroke: #2b3a3d }
    .box { fill: #1b282b; stroke: #3d5054 } .own { fill: #0d3735; stroke: #57cbc2 } .bad { fill: #3a1a17; stroke: #f29c92 }
    text { fill: #ece7dc } .soft { fill: #a7b3b3 } .line { stroke: #57cbc2 } .life { stroke: #3d5054 } .tip { fill: #57cbc2 }
  }`

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** One drawing. In Persian it is mirrored, so that reading begins on the right. */
class Drawing {
  readonly #language: Language
  readonly #width: number
  readonly #height: number
  readonly #title: string
  readonly #parts: string[] = []

  constructor(language: Language, width: number, height: number, title: Words) {
    this.#language = language
    this.#width = width
    this.#height = height
    this.#title = title[language]
  }

  x(x: number): number {
    return this.#language === 'fa' ? this.#width - x : x
  }

  text(x: number, y: number, words: Words, look = ''): void {
    const text = words[this.#language]
    const direction = /[؀-ۿ]/.test(text) ? ' direction="rtl"' : ''
    this.#parts.push(
      `<text x="${this.x(x)}" y="${y}" text-anchor="middle" class="${look}"${direction}>${escaped(text)}</text>`,
    )
  }

  box(x: number, y: number, width: number, height: number, look = 'box'): void {
    const left = Math.min(this.x(x), this.x(x + width))
    this.#parts.push(`<rect x="${left}" y="${y}" width="${width}" height="${height}" rx="9" class="${look}"/>`)
  }

  /** Draws a box with its name, and a smaller line of text below the name. */
  place(x: number, y: number, width: number, name: Words, more?: Words, look = 'box'): void {
    this.box(x, y, width, more ? 52 : 38, look)
    this.text(x + width / 2, y + (more ? 22 : 24), name, 'head')
    if (more) this.text(x + width / 2, y + 41, more, 'soft')
  }

  life(x: number, top: number, bottom: number): void {
    this.#parts.push(`<path d="M${this.x(x)} ${top}V${bottom}" class="life"/>`)
  }

  /** Draws an arrow of straight lines through `points`, with a tip at the end and, if `bothWays`, one at the start. */
  arrow(points: readonly (readonly [x: number, y: number])[], bothWays = false): void {
    const path = points.map(([x, y]) => [this.x(x), y] as const)
    this.#parts.push(`<path d="M${path.map(([x, y]) => `${x} ${y}`).join('L')}" class="line"/>`)
    this.#tip(path.at(-2)!, path.at(-1)!)
    if (bothWays) this.#tip(path[1]!, path[0]!)
  }

  #tip([fromX, fromY]: readonly [number, number], [x, y]: readonly [number, number]): void {
    const turn = (Math.atan2(y - fromY, x - fromX) * 180) / Math.PI
    this.#parts.push(`<path d="M1 0L-9 -4.5V4.5Z" transform="translate(${x} ${y}) rotate(${turn})" class="tip"/>`)
  }

  toString(): string {
    const size = `width="${this.#width}" height="${this.#height}" viewBox="0 0 ${this.#width} ${this.#height}"`
    const ground = `<rect x=".5" y=".5" width="${this.#width - 1}" height="${this.#height - 1}" rx="14" class="ground"/>`
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escaped(this.#title)}">`,
      `<title>${escaped(this.#title)}</title>`,
      `<style>${styles}\n</style>`,
      ground,
      ...this.#parts,
      '</svg>\n',
    ].join('\n')
  }
}

const names = {
  board: both('board', 'برد'),
  gateway: both('gateway', 'دروازه'),
  you: both('you', 'شما'),
}

/** Drawing: how a board is enrolled, from its first request to its first command. */
function enrolment(language: Language): string {
  const drawing = new Drawing(language, 760, 424, both('How a board gets in', 'برد چگونه وارد می‌شود'))
  const [board, gateway, you] = [90, 430, 670]
  const lives = [
    [board, names.board],
    [gateway, names.gateway],
    [you, names.you],
  ] as const
  for (const [x] of lives) drawing.life(x, 58, 404)
  for (const [x, name] of lives) drawing.place(x - 60, 20, 120, name)
  const step = (y: number, from: number, to: number, words: Words, look = '') => {
    const side = from < to ? 1 : -1
    drawing.text((from + to) / 2, y - 8, words, look)
    drawing.arrow([
      [from + 6 * side, y],
      [to - 6 * side, y],
    ])
  }
  step(94, board, gateway, code('GET /public/tokens'), 'code')
  step(134, gateway, board, both('a token of its own; nothing is kept', 'توکنی ویژهٔ خودش؛ چیزی نگه داشته نمی‌شود'))
  step(174, board, gateway, code('WebSocket, Authorization: Bearer …'), 'code')
  step(214, gateway, board, both('101, connection_ack: it waits, “pending”', 'پاسخ ۱۰۱ و connection_ack: منتظر می‌ماند'))
  step(254, gateway, you, both('who it is, a small preview', 'کیست، و پیش‌نمایشی کوچک'))
  step(298, you, gateway, both('Approve', 'تأیید'), 'head')
  drawing.box(board - 50, 326, gateway - board + 100, 62, 'own')
  drawing.text((board + gateway) / 2, 349, both('“active”, on the same line', 'فعال (active)، روی همان اتصال'), 'head')
  drawing.text(
    (board + gateway) / 2,
    372,
    both('commands one way, pictures and readings the other', 'فرمان از یک سو، تصویر و داده از سوی دیگر'),
    'soft',
  )
  return String(drawing)
}

/** Drawing: the states of a device, and the actions that lead from one state to another. */
function states(language: Language): string {
  const drawing = new Drawing(language, 760, 190, both('The states of a device', 'وضعیت‌های یک دستگاه'))
  const at = { pending: 30, active: 305, blocked: 580 }
  const say = (state: string, fa: string) => both(state, `${fa} (${state})`)
  drawing.place(at.pending, 64, 150, say('pending', 'در انتظار'), both('may wait, no more', 'فقط منتظر می‌ماند'))
  drawing.place(at.active, 64, 150, say('active', 'فعال'), both('seen and steered', 'دیده و هدایت می‌شود'), 'own')
  drawing.place(at.blocked, 64, 150, say('blocked', 'مسدود'), both('403, with a reason', '۴۰۳، با ذکر دلیل'), 'bad')
  drawing.arrow([
    [184, 90],
    [301, 90],
  ])
  drawing.text(242, 80, both('approve', 'تأیید'))
  drawing.arrow([
    [459, 80],
    [576, 80],
  ])
  drawing.text(518, 70, both('block', 'مسدود کردن'))
  drawing.arrow([
    [576, 102],
    [459, 102],
  ])
  drawing.text(518, 122, both('restore', 'بازگرداندن'))
  drawing.arrow([
    [105, 60],
    [105, 32],
    [655, 32],
    [655, 60],
  ])
  drawing.text(380, 25, both('block', 'مسدود کردن'))
  drawing.text(
    380,
    162,
    both(
      'A token never runs out. Revoke, block and remove can all be undone, with the same token.',
      'توکن با گذشت زمان از کار نمی‌افتد. ابطال، مسدود کردن و حذف همگی با همان توکن برمی‌گردند.',
    ),
    'soft',
  )
  return String(drawing)
}

/** Drawing: three ways in which a board on the internet reaches a gateway. */
function outside(language: Language): string {
  const drawing = new Drawing(language, 760, 300, both('Three ways from outside', 'سه راه از بیرون'))
  const board = (y: number) => drawing.place(24, y, 110, names.board, both('anywhere', 'هر جا'))
  const rows = [20, 114, 208]
  for (const y of rows) board(y)
  const hop = (from: number, to: number, y: number) =>
    drawing.arrow([
      [from, y],
      [to, y],
    ])

  const [forward = 0, server = 0, tunnel = 0] = rows
  drawing.place(300, forward, 150, both('your router', 'مودم شما'), both('port 3000 forwarded', 'درگاه ۳۰۰۰ باز'))
  drawing.place(590, forward, 146, names.gateway, both('at home', 'در خانه'), 'own')
  hop(138, 296, forward + 26)
  drawing.text(217, forward + 18, code('ws://'), 'code')
  hop(454, 586, forward + 26)

  drawing.box(300, server, 436, 52)
  drawing.text(375, server + 22, both('proxy', 'پراکسی'), 'head')
  drawing.text(375, server + 41, both('Caddy, HAProxy, nginx', 'Caddy، HAProxy، nginx'), 'soft')
  drawing.text(520, server + 22, both('one VPS', 'یک سرور مجازی'), 'soft')
  drawing.place(608, server + 7, 116, names.gateway, undefined, 'own')
  hop(138, 296, server + 26)
  drawing.text(217, server + 18, code('wss://'), 'code')
  hop(452, 604, server + 32)

  drawing.place(300, tunnel, 150, both('tunnel', 'تونل'), code('Cloudflare, Tailscale'))
  drawing.place(590, tunnel, 146, names.gateway, both('at home, no open port', 'در خانه، بی درگاه باز'), 'own')
  hop(138, 296, tunnel + 26)
  drawing.text(217, tunnel + 18, code('wss://'), 'code')
  hop(586, 454, tunnel + 26)
  drawing.text(520, tunnel + 18, both('dials out', 'خودش وصل می‌شود'), 'soft')
  return String(drawing)
}

/** All drawings: file name under docs/ → SVG. */
export function guideDrawings(): Record<string, string> {
  const drawings = { enrolment, states, outside }
  return Object.fromEntries(
    Object.entries(drawings).flatMap(([name, draw]) =>
      (['en', 'fa'] as const).map(language => [`guide/pictures/${name}.${language}.svg`, draw(language)]),
    ),
  )
}
