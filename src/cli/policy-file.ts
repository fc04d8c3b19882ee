import { readFileSync } from 'node:fs'
import { parsePolicy, policySchema } from '../domain/policy.ts'
import type { CustomPreset } from '../domain/presets/custom-schema.ts'
import { presetFor, whyNoPreset } from '../domain/presets/registry.ts'
import { type PolicyPins, withPins } from '../workflows/seed-policy.ts'

export type PolicyFile =
  | { readonly ok: true; readonly pins: PolicyPins }
  | { readonly ok: false; readonly sentences: readonly string[] }

const FILE_BYTES_MAX = 2_000_000

/** Reads a policy file: JSON with any of the policy's settings. Every fault names the setting. */
export function readPolicyFile(path: string): PolicyFile {
  const text = readText(path)
  if (text === null)
    return { ok: false, sentences: [`${path} cannot be read; check the path and its permissions.`] }
  if (text.length > FILE_BYTES_MAX)
    return { ok: false, sentences: [`${path} is larger than 2 MB; a policy is not.`] }
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return {
      ok: false,
      sentences: [`${path} is not a JSON object; npm run policy -- export shows the form.`],
    }
  const parsed = parsePolicy(value)
  if (!parsed.ok) return { ok: false, sentences: parsed.faults.map((fault) => `${path}: ${fault}`) }
  const pins = value as PolicyPins
  // The defaults of what the file leaves out are not pinned: only its own settings are laid over the store's.
  withPins(policySchema.parse({}), pins)
  return { ok: true, pins }
}

/** The sources that a policy file describes. */
function describedSources(pins: PolicyPins): readonly CustomPreset[] {
  return policySchema.shape.customPresets.parse(pins.customPresets)
}

/** A sentence for every feed of the environment whose preset is neither built in nor described by the policy. */
export function feedFaults(
  feeds: readonly { readonly preset: string; readonly dataset: string }[],
  pins: PolicyPins,
): readonly string[] {
  const described = describedSources(pins)
  return feeds
    .filter(({ preset }) => presetFor({ customPresets: described }, preset) === null)
    .map(
      ({ preset, dataset }) => `${preset}:${dataset}: ${whyNoPreset(preset, { customPresets: described })}`,
    )
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
