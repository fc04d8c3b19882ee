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
  o365_ual: 'm365',
  onepassword: '1password',
}

/** The preset for a source of the labelled events; null when none reads it. */
export function presetOfSource(source: string): Preset | null {
  return presetNamed(Object.hasOwn(NAMES, source) ? (NAMES[source] ?? source) : source)
}
