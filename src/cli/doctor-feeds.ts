import { createAuditFeed } from '../axiom/audit-feed.ts'
import { createAxiom } from '../axiom/client.ts'
import type { Config } from '../config.ts'
import type { Policy } from '../domain/policy.ts'
import { policyOfSeed } from '../domain/policy-seed.ts'
import type { Preset } from '../domain/presets/preset.ts'
import { presetFor, whyNoPreset } from '../domain/presets/registry.ts'
import { openStore } from '../store/database.ts'
import { withPins } from '../workflows/seed-policy.ts'
import { attempt, type Finding, fault, note, ok } from './finding.ts'
import { readPolicyFile } from './policy-file.ts'

const DAY_MS = 86_400_000
const SAMPLE_ROWS = 500

/** What each feed of the policy in force is able to read, and how to switch on those that are off. */
export async function feedFindings(config: Config): Promise<readonly Finding[]> {
  if (config.axiom === null) return []
  const policy = await policyInForce(config)
  if (Array.isArray(policy))
    return policy.map((sentence) => fault(`Policy file: ${sentence}`, 'Correct POLICY_FILE.'))
  if (policy.feeds.length === 0)
    return [fault('Feeds: none is named', 'Set FEEDS, e.g. FEEDS=okta:okta-logs.')]
  const clock = { now: () => Date.now() }
  const auditFeed = createAuditFeed(createAxiom(config.axiom, { clock }))
  const findings: Finding[] = []
  for (const feed of policy.feeds) {
    const preset = presetFor(policy, feed.preset)
    if (preset === null) findings.push(fault(`Feed ${feed.dataset}`, whyNoPreset(feed.preset, policy)))
    else findings.push(...(await attempt(() => feedFinding(auditFeed, { ...feed, preset }, clock.now()))))
  }
  const known = new Set(policy.feeds.map(({ id }) => id))
  const left = config.seed.feeds.filter(({ id }) => !known.has(id))
  return [
    ...findings,
    ...left.map(({ preset, dataset }) =>
      note(
        `Feed ${preset}:${dataset}: named in FEEDS, but not in the policy in force`,
        'FEEDS counts at the first start only; add the feed to the policy (npm run policy -- export, then import).',
      ),
    ),
  ]
}

/** The stored policy, or the one that the first start will save, with what the policy file pins; else its faults. */
async function policyInForce(config: Config): Promise<Policy | string[]> {
  const file = config.policyFile === null ? null : readPolicyFile(config.policyFile)
  if (file !== null && !file.ok) return [...file.sentences]
  const store = await openStore(config.databaseUrl)
  try {
    const [tenant] = await store.records.tenants.all()
    const stored = tenant === undefined ? null : await store.records.policies.current(tenant.tenantId)
    return withPins(stored?.policy ?? policyOfSeed(config.seed), file === null ? {} : file.pins)
  } finally {
    await store.close()
  }
}

interface FeedToCheck {
  readonly dataset: string
  readonly prefix: string | null
  readonly enabled: boolean
  readonly preset: Preset
}

async function feedFinding(
  auditFeed: ReturnType<typeof createAuditFeed>,
  feed: FeedToCheck,
  now: number,
): Promise<readonly Finding[]> {
  const { preset } = feed
  const page = await auditFeed.page({
    dataset: feed.dataset,
    prefix: feed.prefix,
    anyOf: preset.filter,
    allOf: [],
    fromIngest: null,
    timeFrom: now - 7 * DAY_MS,
    timeTo: now + preset.futureSkewMs,
    limit: SAMPLE_ROWS,
  })
  const understood = page.rows.filter(
    ({ event }) => 'observations' in preset.read(event, { prefix: feed.prefix }),
  )
  const name = `Feed ${feed.dataset} as ${preset.title}`
  const content =
    page.rows.length > 0
      ? ok(
          `${name}: of ${page.rows.length} candidate events of the last 7 days, ${understood.length} are privileged changes`,
        )
      : note(
          `${name}: readable, but no candidate event in the last 7 days`,
          'Normal for a quiet source; else check the preset, the dataset and the prefix (preset:dataset:prefix).',
        )
  return feed.enabled ? [content] : [content, switchedOff(name, preset)]
}

/** How to switch on a feed, in one sentence. */
function switchedOff(name: string, preset: Preset): Finding {
  const how = 'set enabled: true on the feed (npm run policy -- export, then import).'
  return preset.proof === 'unproven'
    ? note(
        `${name}: switched off, since no real event proves this preset yet`,
        `Look at what npm run normalise -- --preset ${preset.name} makes of your own events, then ${how}`,
      )
    : note(`${name}: switched off in the policy`, `To read it, ${how}`)
}
