import { auth0Preset } from './auth0.ts'
import { awsCloudtrailPreset } from './aws-cloudtrail.ts'
import { axiomPreset } from './axiom-audit.ts'
import { azurePreset } from './azure.ts'
import { cloudflarePreset } from './cloudflare.ts'
import { buildCustomPreset } from './custom-preset.ts'
import type { CustomPreset } from './custom-schema.ts'
import { databricksPreset } from './databricks.ts'
import { entraPreset } from './entra.ts'
import { gcpPreset } from './gcp.ts'
import { githubPreset } from './github.ts'
import { gitlabPreset } from './gitlab.ts'
import { googleWorkspacePreset } from './google-workspace.ts'
import { kubernetesPreset } from './kubernetes.ts'
import { m365Preset } from './m365.ts'
import { oktaPreset } from './okta.ts'
import { onepasswordPreset } from './onepassword.ts'
import { openaiPreset } from './openai-audit.ts'
import { plainPreset } from './plain.ts'
import type { Preset } from './preset.ts'
import { salesforcePreset } from './salesforce.ts'
import { slackPreset } from './slack-audit.ts'
import { snowflakePreset } from './snowflake.ts'
import { tailscalePreset } from './tailscale.ts'
import { zendeskPreset } from './zendesk.ts'
import { zoomPreset } from './zoom.ts'

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
    azurePreset,
    kubernetesPreset,
    tailscalePreset,
    onepasswordPreset,
    cloudflarePreset,
    slackPreset,
    openaiPreset,
    zendeskPreset,
    zoomPreset,
    m365Preset,
    entraPreset,
    salesforcePreset,
    auth0Preset,
    databricksPreset,
    snowflakePreset,
  ].map((preset) => [preset.name, preset]),
)

export const PRESET_NAMES: readonly string[] = [...PRESETS.keys()]

/** The built-in preset of that name. */
export function presetNamed(name: string): Preset | null {
  return PRESETS.get(name) ?? null
}

/** A name that a team may not give to a source of its own. */
export function isReservedName(name: string): boolean {
  return PRESETS.has(name)
}

interface WithCustomPresets {
  readonly customPresets: readonly CustomPreset[]
}

// A policy version never changes, so what was built of it holds for as long as it is in use.
const built = new WeakMap<readonly CustomPreset[], ReadonlyMap<string, Preset>>()

function customPresets({ customPresets }: WithCustomPresets): ReadonlyMap<string, Preset> {
  const known = built.get(customPresets)
  if (known !== undefined) return known
  const presets = new Map(customPresets.map((source) => [source.name, buildCustomPreset(source)]))
  built.set(customPresets, presets)
  return presets
}

/** The preset of that name, built in or described by the policy. */
export function presetFor(policy: WithCustomPresets, name: string): Preset | null {
  return presetNamed(name) ?? customPresets(policy).get(name) ?? null
}

/** One sentence for a name that there is no preset of. */
export function whyNoPreset(name: string, policy: WithCustomPresets = { customPresets: [] }): string {
  const known = [...PRESET_NAMES, ...policy.customPresets.map((source) => source.name)].join(', ')
  return `There is no preset ${JSON.stringify(name.slice(0, 100))}; there are ${known}.`
}
