import { type Policy, policySchema } from './policy.ts'
import { presetNamed } from './presets/registry.ts'

/** What the environment says of the policy: version 1. */
export interface PolicySeed {
  readonly feeds: readonly (FeedSetting & { readonly id: string })[]
  readonly mode: Policy['mode'] | null
  readonly timezone: string
  readonly reviewChannel: string | null
  readonly escalationChannel: string | null
  readonly reviewers: readonly string[]
  readonly policyAdmins: readonly string[]
  readonly companyDomains: readonly string[]
  readonly scorer: Policy['scorer']
  readonly scoringModel: string | null
  readonly analystModel: string | null
  readonly historyDays: number
  readonly learningDays: number
}

export interface FeedSetting {
  readonly preset: string
  readonly dataset: string
  readonly prefix: string | null
}

/** A first live start is in shadow, unless the environment pins the mode. */
export function policyOfSeed(seed: PolicySeed): Policy {
  return policySchema.parse({
    mode: seed.mode ?? 'shadow',
    scorer: seed.scorer,
    timezone: seed.timezone,
    feeds: seed.feeds.map((feed) => ({ ...feed, enabled: presetNamed(feed.preset)?.proof !== 'unproven' })),
    channels: { review: seed.reviewChannel, escalation: seed.escalationChannel },
    people: { reviewers: seed.reviewers, policyAdmins: seed.policyAdmins },
    identities: { companyDomains: seed.companyDomains },
    models: { scoring: seed.scoringModel, analyst: seed.analystModel },
    learning: { historyDays: seed.historyDays, learningDays: seed.learningDays },
  })
}
