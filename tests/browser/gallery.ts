import type { Page } from 'playwright-core'
import { cutsOf, faultsOf, type Look, shoot, sizes, type Visitor } from './support.ts'

export const looks = (['en', 'fa'] as const).flatMap(language =>
  (['light', 'dark'] as const).map((scheme): Look => ({ language, scheme, width: 390 })),
)

/** Navigates without loading the page again, as a click on a link does. This saves hundreds of page loads. */
export const walk = (page: Page, to: string) =>
  page.evaluate(async path => {
    history.pushState(null, '', path)
    dispatchEvent(new PopStateEvent('popstate'))
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
  }, to)

/** Checks and photographs pages and their parts in every window size, in one language and colour scheme. */
export class Gallery {
  readonly faults: Record<string, string[]> = {}
  readonly #visitor: Visitor
  readonly #look: Look

  constructor(visitor: Visitor, look: Look) {
    this.#visitor = visitor
    this.#look = look
  }

  /** Checks and photographs a whole page after `shown` has appeared. */
  async page(name: string, shown?: string): Promise<void> {
    const { page } = this.#visitor
    await this.ready()
    if (shown) await page.locator(shown).first().waitFor()
    for (const size of sizes) {
      await page.setViewportSize(size)
      await this.#judge(name, size)
      // The window is made as high as the page, so that elements fixed to its edge are in their right place.
      const height = await page.evaluate(() => document.documentElement.scrollHeight)
      await page.setViewportSize({ width: size.width, height: Math.max(size.height, Math.min(height, 5_000)) })
      await this.#shoot(name, size)
    }
  }

  /** Checks only a dialog, menu or part of a page. Dark is checked at one width: colours do not depend on the width. */
  async part(name: string, selector: string, widths = sizes): Promise<void> {
    const { page } = this.#visitor
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      for (const size of scheme === 'dark' ? widths.slice(0, 1) : widths) {
        await page.setViewportSize(size)
        await page.evaluate(part => document.querySelector(part)!.scrollIntoView({ block: 'nearest' }), selector)
        await this.#judge(name, size, selector)
        await this.#shoot(`part-${name}`, size, scheme)
      }
    }
  }

  async ready(): Promise<void> {
    const { page } = this.#visitor
    await page.locator('h1').waitFor()
    await page.waitForFunction(() => !document.querySelector('.waiting'))
  }

  blame(name: string, fault: string): void {
    ;(this.faults[name] ??= []).push(fault)
  }

  async #judge(name: string, { width }: { width: number }, selector?: string): Promise<void> {
    const { page, complaints } = this.#visitor
    // Wait until all animations have ended.
    await page.evaluate(() => Promise.all(document.getAnimations().map(one => one.finished.catch(() => {}))))
    // Accessibility of a part depends only on its colours and texts; cut text depends on the width as well.
    const faults = selector && width > 390 ? await cutsOf(page, selector) : await faultsOf(page, selector)
    for (const fault of [...faults, ...complaints.splice(0)]) this.blame(`${name} at ${width} px`, fault)
  }

  #shoot(name: string, { width }: { width: number }, scheme = this.#look.scheme): Promise<void> {
    const { language } = this.#look
    return shoot(this.#visitor.page, `${name}-${language}-${scheme}-${width}`)
  }
}
