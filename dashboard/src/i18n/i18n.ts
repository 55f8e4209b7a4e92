import i18n, { type i18n as I18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { type Language, languages } from '#protocol/vocabulary.ts'
import { type Words, wordsIn } from '#texts/journal-sentence.ts'

const keptAs = 'darvaza.language'
const texts = {
  en: () => import('./en/en.ts'),
  fa: () => import('./fa/fa.ts'),
}

/** What was chosen here before, else what the browser asks for, else English. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(keptAs)
  const chosen = languages.find(language => language === kept)
  if (chosen) return chosen
  for (const wish of navigator.languages) {
    const wished = languages.find(language => wish.startsWith(language))
    if (wished) return wished
  }
  return 'en'
}

function dress(language: Language): void {
  document.documentElement.lang = language
  document.documentElement.dir = language === 'fa' ? 'rtl' : 'ltr'
}

/** Only the language that is read is loaded. */
export async function startLanguage(language: Language): Promise<void> {
  const { default: words } = await texts[language]()
  dress(language)
  await i18n.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: words } },
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  } as Parameters<typeof i18n.init>[0])
}

export async function changeLanguage(language: Language): Promise<void> {
  const { default: words } = await texts[language]()
  i18n.addResourceBundle(language, 'translation', words)
  localStorage.setItem(keptAs, language)
  dress(language)
  await i18n.changeLanguage(language)
}

/** What journal entries say in the language that is read; nothing where that is what was written down. */
export function journalWords({ language, getResource }: Pick<I18n, 'language' | 'getResource'>): Words | undefined {
  const said = getResource(language, 'translation', 'said')
  return said && wordsIn(said)
}
