import { readFileSync } from 'node:fs'
import { parseCustomPreset } from '../domain/presets/custom-faults.ts'
import { buildCustomPreset } from '../domain/presets/custom-preset.ts'
import type { Preset } from '../domain/presets/preset.ts'
import { isReservedName, PRESET_NAMES, presetNamed, whyNoPreset } from '../domain/presets/registry.ts'

const FILE_CHARACTERS_MAX = 500_000

/** The preset that `--preset` names: a built-in one, or a JSON file that describes a source; else what is wrong. */
export function choosePreset(nameOrFile: unknown): Preset | { readonly wrong: string } {
  if (typeof nameOrFile !== 'string')
    return {
      wrong: `Name the preset, e.g. --preset okta, or a JSON file that describes one; there are ${PRESET_NAMES.join(', ')}.`,
    }
  const builtIn = presetNamed(nameOrFile)
  if (builtIn !== null) return builtIn
  if (!/[./\\]/.test(nameOrFile)) return { wrong: whyNoPreset(nameOrFile) }
  const text = readText(nameOrFile)
  if (text === null) return { wrong: `${nameOrFile} cannot be read; check the path.` }
  if (text.length > FILE_CHARACTERS_MAX)
    return { wrong: `${nameOrFile} is larger than 500 kB; a description of a source is not.` }
  const value = parsed(text)
  if ('fault' in value) return { wrong: `${nameOrFile} is not JSON: ${value.fault}.` }
  const result = parseCustomPreset(value.json)
  if (!result.ok) return { wrong: result.faults.map((fault) => `${nameOrFile}: ${fault}`).join('\n') }
  if (isReservedName(result.preset.name))
    return {
      wrong: `${nameOrFile}: name: ${result.preset.name} is the name of a built-in source; choose another.`,
    }
  return buildCustomPreset(result.preset)
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

function parsed(text: string): { readonly json: unknown } | { readonly fault: string } {
  try {
    return { json: JSON.parse(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { fault: error.message.slice(0, 120) }
  }
}
