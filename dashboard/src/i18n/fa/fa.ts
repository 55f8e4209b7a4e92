import { saidInPersian } from '#protocol/said/fa.ts'
import { deviceTexts } from './device.ts'
import { houseTexts } from './pages.ts'
import { settingsTexts } from './settings.ts'

const texts = { ...houseTexts, ...deviceTexts, said: saidInPersian, ...settingsTexts }
export default texts
