import { deviceTexts } from './device.ts'
import { houseTexts } from './house.ts'
import { settingsTexts } from './settings.ts'

const texts = { ...houseTexts, ...deviceTexts, ...settingsTexts }
export default texts
