import { journalInPersian } from '#texts/fa/journal.ts'
import { deviceTexts } from './device.ts'
import { pageTexts } from './pages.ts'
import { settingsTexts } from './settings.ts'

const texts = { ...pageTexts, ...deviceTexts, journalRows: journalInPersian, ...settingsTexts }
export default texts
