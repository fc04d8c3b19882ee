import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parseCustomPreset } from '../../src/domain/presets/custom-faults.ts'
import { buildCustomPreset } from '../../src/domain/presets/custom-preset.ts'
import type { Preset } from '../../src/domain/presets/preset.ts'
import { presetNamed } from '../../src/domain/presets/registry.ts'

/** What the labelled events call a source, where that is not the name of its preset. */
const NAMES: Readonly<Record<string, string>> = {
  aws_cloudtrail: 'aws-cloudtrail',
  azure_activity: 'azure',
  entra_audit: 'entra',
  gcp_audit: 'gcp',
  github_audit: 'github',
  github_webhook: 'github',
  google_workspace: 'google-workspace',
  kubernetes_audit: 'kubernetes',
  mongodb_atlas: 'mongodb-atlas',
  o365_ual: 'm365',
  onepassword: '1password',
}

const DESCRIBED = new URL('../fixtures/custom/', import.meta.url)

/** The sources that JSON files of the fixtures describe. */
export const DESCRIBED_NAMES: readonly string[] = readdirSync(DESCRIBED)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .sort()

/** The preset for a source of the labelled events, built in or described by a fixture; null when none reads it. */
export function presetOfSource(source: string): Preset | null {
  const name = Object.hasOwn(NAMES, source) ? (NAMES[source] ?? source) : source
  return presetNamed(name) ?? describedPreset(name)
}

/** The preset that `fixtures/custom/<name>.json` describes; null when there is no such file. */
export function describedPreset(name: string): Preset | null {
  const path = new URL(`${name}.json`, DESCRIBED)
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(path)) return null
  const parsed = parseCustomPreset(JSON.parse(readFileSync(path, 'utf8')))
  return buildCustomPreset(parsed.ok ? parsed.preset : assert.fail(`${name}: ${parsed.faults.join(' ')}`))
}
