import type { SentencePart } from './evidence.ts'
import type { Grant } from './grant.ts'
import type { HistoryFacts } from './history.ts'
import type { GranteeFacts } from './history-facts.ts'
import type { Policy } from './policy.ts'
import type { Preset } from './presets/preset.ts'

/** How many of the tenant's changes were like a grant in what stands out most about it. */
export interface Likeness {
  readonly of: number
  readonly leading: {
    /** Places in the list of values. */
    readonly pattern: readonly number[]
    readonly alike: number
  } | null
}

/** All that evidence is measured from. */
export interface EvidenceInput {
  readonly grant: Grant
  readonly facts: HistoryFacts
  readonly policy: Policy
  readonly carries: Preset['carries']
  /** How odd it is among the tenant's own changes, where they are known. */
  readonly oddity?: Likeness | null
}

/** Of all that, what needs no past: it can be measured again from the ledger's row and another policy. */
export interface PresentInput {
  readonly grant: PresentGrant
  readonly policy: Policy
}

export type PresentGrant = Pick<
  Grant,
  | 'feedId'
  | 'source'
  | 'kind'
  | 'grantee'
  | 'granteePerson'
  | 'grantor'
  | 'grantorPerson'
  | 'role'
  | 'standing'
  | 'expiresAt'
  | 'occurredAt'
>

/** The little of the past that tells whether people gave something to themselves. */
export interface SelfFacts {
  readonly grantee: {
    readonly eligibility: Pick<NonNullable<GranteeFacts['eligibility']>, 'by'> | null
    readonly strongestTier: GranteeFacts['strongestTier']
  }
}

/** `unknown` is not no: what the source or the ledger cannot say speaks neither for nor against a grant. */
export type Measured =
  | 'quiet'
  | 'unknown'
  | {
      /** From 0 to 1: how much of the weight counts. */
      readonly strength: number
      readonly sentence: readonly SentencePart[]
    }

export interface EvidenceRule {
  readonly direction: 'aggravating' | 'mitigating' | 'context'
  /** Points at full strength. */
  readonly weight: number
  /** Says only that something is new: counts for nothing while the feed is still learning. */
  readonly novelty: boolean
  /** Part of what the tenant's own past measures: its points stand only for as long as there is too little of that. */
  readonly compared: boolean
  /** What must be known for it to be measured. */
  readonly needs: string
  /** Where the idea comes from. */
  readonly origin: string
  readonly measure: (input: EvidenceInput) => Measured
}

export function fires(sentence: readonly SentencePart[], strength = 1): Measured {
  return { strength: Math.min(1, Math.max(0, strength)), sentence }
}

/** Where a value lies between two others, on a logarithmic scale. */
export function logScale(value: number, scale: { from: number; to: number }): number {
  return Math.log(value / scale.from) / Math.log(scale.to / scale.from)
}
