import i18n, { type i18n as I18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { type Language, languages } from '#protocol/vocabulary.ts'
import { type Words, wordsIn } from '#texts/journal-sentence.ts'

const keptAs = 'darvaza.language'
const texts = {
  en: () => import('./en/en.ts'),
  fa: () => import('./fa/fa.ts'),
}

/** The language chosen before in this browser, else the first of the browser's languages with texts, else English. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(keptAs)
  const chosen = languages.find(language => language === kept)
  if (chosen) return chosen
  for (const preferred of navigator.languages) {
    const known = languages.find(language => preferred.startsWith(language))
    if (known) return known
  }
  return 'en'
}

function markPage(language: Language): void {
  document.documentElement.lang = language
  document.documentElement.dir = language === 'fa' ? 'rtl' : 'ltr'
}

/** Starts i18next with the texts of one language; texts of other languages are not loaded. */
export async function startLanguage(language: Language): Promise<void> {
  const { default: words } = await texts[language]()
  markPage(language)
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
  markPage(language)
  await i18n.changeLanguage(language)
}

/** The phrases of journal entries in the reader's language; undefined for English: entries are stored in English. */
export function journalWords({ language, getResource }: Pick<I18n, 'language' | 'getResource'>): Words | undefined {
  const texts = getResource(language, 'translation', 'journalRows')
  return texts && wordsIn(texts)
}
