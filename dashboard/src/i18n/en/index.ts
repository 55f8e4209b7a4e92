import { deviceTexts } from './device.ts'
import { houseTexts } from './house.ts'
import { saidTexts } from './said.ts'
import { settingsTexts } from './settings.ts'

const texts = { ...houseTexts, ...deviceTexts, ...saidTexts, ...settingsTexts }
export default texts
