import { journalInPersian } from '#texts/fa/journal.ts'
import { deviceTexts } from './device.ts'
import { houseTexts } from './pages.ts'
import { settingsTexts } from './settings.ts'

const texts = { ...houseTexts, ...deviceTexts, said: journalInPersian, ...settingsTexts }
export default texts
