import { auth0Preset } from './auth0.ts'
import { awsCloudtrailPreset } from './aws-cloudtrail.ts'
import { axiomPreset } from './axiom-audit.ts'
import { databricksPreset } from './databricks.ts'
import { gcpPreset } from './gcp.ts'
import { githubPreset } from './github.ts'
import { gitlabPreset } from './gitlab.ts'
import { googleWorkspacePreset } from './google-workspace.ts'
import { oktaPreset } from './okta.ts'
import { plainPreset } from './plain.ts'
import type { Preset } from './preset.ts'
import { salesforcePreset } from './salesforce.ts'
import { snowflakePreset } from './snowflake.ts'

const PRESETS: ReadonlyMap<string, Preset> = new Map(
  [
    plainPreset,
    oktaPreset,
    githubPreset,
    awsCloudtrailPreset,
    gitlabPreset,
    axiomPreset,
    gcpPreset,
    googleWorkspacePreset,
    salesforcePreset,
    auth0Preset,
    databricksPreset,
    snowflakePreset,
  ].map((preset) => [preset.name, preset]),
)

export const PRESET_NAMES: readonly string[] = [...PRESETS.keys()]

/** Names that are spoken for: sources that are going to be built in. */
const PLANNED_NAMES: readonly string[] = [
  'entra',
  'azure',
  'm365',
  'kubernetes',
  'slack',
  'zoom',
  'zendesk',
  'openai',
  'cloudflare',
  '1password',
  'tailscale',
]

export function presetNamed(name: string): Preset | null {
  return PRESETS.get(name) ?? null
}

/** One sentence for a name that `presetNamed` does not know. */
export function whyNoPreset(name: string): string {
  const known = PRESET_NAMES.join(', ')
  return PLANNED_NAMES.includes(name)
    ? `The preset ${name} is planned but not built in yet; there are ${known}.`
    : `There is no preset ${JSON.stringify(name.slice(0, 100))}; there are ${known}.`
}
