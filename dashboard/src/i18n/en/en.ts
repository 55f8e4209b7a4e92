import { deviceTexts } from './device.ts'
import { pageTexts } from './pages.ts'
import { settingsTexts } from './settings.ts'

const texts = { ...pageTexts, ...deviceTexts, ...settingsTexts }
export default texts
