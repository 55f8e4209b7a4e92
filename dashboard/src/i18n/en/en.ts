import { deviceTexts } from './device.ts'
import { houseTexts } from './pages.ts'
import { settingsTexts } from './settings.ts'

const texts = { ...houseTexts, ...deviceTexts, ...settingsTexts }
export default texts
