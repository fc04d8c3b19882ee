import { azurePreset } from '../../../src/domain/presets/azure.ts'
import { provePreset } from './proof.ts'
provePreset(azurePreset)
