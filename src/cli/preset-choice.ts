import { readFileSync } from 'node:fs'
import { parseCustomPreset } from '../domain/presets/custom-faults.ts'
import type { CustomPreset } from '../domain/presets/custom-schema.ts'
import type { Preset } from '../domain/presets/preset.ts'
import { isReservedName, PRESET_NAMES, presetFor, whyNoPreset } from '../domain/presets/registry.ts'

const FILE_CHARACTERS_MAX = 500_000

export interface PresetChoice {
  readonly preset: Preset
  /** The described sources that are now known: those of the policy and the file's own. */
  readonly customPresets: readonly CustomPreset[]
}

/**
 * The preset that `--preset` names: a built-in one, one that the policy describes, or a JSON file that describes a
 * source, which then stands in place of one of that name in the policy; else what is wrong.
 */
export function choosePreset(
  nameOrFile: unknown,
  described: readonly CustomPreset[] = [],
): PresetChoice | { readonly wrong: string } {
  const policy = { customPresets: described }
  if (typeof nameOrFile !== 'string')
    return {
      wrong: `Name the preset, e.g. --preset okta, or a JSON file that describes one; there are ${PRESET_NAMES.join(', ')}.`,
    }
  const known = presetFor(policy, nameOrFile)
  if (known !== null) return { preset: known, customPresets: described }
  if (!/[./\\]/.test(nameOrFile))
    return {
      wrong: `${whyNoPreset(nameOrFile, policy)} A source of your own is named by its file, with .json.`,
    }
  const source = readSource(nameOrFile)
  if ('wrong' in source) return source
  const customPresets = [...described.filter(({ name }) => name !== source.name), source]
  const preset = presetFor({ customPresets }, source.name)
  return preset === null ? { wrong: whyNoPreset(source.name) } : { preset, customPresets }
}

function readSource(path: string): CustomPreset | { readonly wrong: string } {
  const text = readText(path)
  if (text === null) return { wrong: `${path} cannot be read; check the path.` }
  if (text.length > FILE_CHARACTERS_MAX)
    return { wrong: `${path} is larger than 500 kB; a description of a source is not.` }
  const value = parsed(text)
  if ('fault' in value) return { wrong: `${path} is not JSON: ${value.fault}.` }
  const result = parseCustomPreset(value.json)
  if (!result.ok) return { wrong: result.faults.map((fault) => `${path}: ${fault}`).join('\n') }
  const { name } = result.preset
  return isReservedName(name)
    ? { wrong: `${path}: name: ${name} is the name of a built-in source; choose another.` }
    : result.preset
}

function readText(path: string): string | null {
  try {
    // Some editors begin a file with a byte order mark.
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '')
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
