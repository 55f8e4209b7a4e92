import type { Command } from 'commander'
import { faultKinds, resolutions } from '../../simulator/index.ts'
