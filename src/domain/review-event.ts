/** Names of chained review events: one per step of a review, policy change or export. */
export const CHAINED_EVENTS = [
  'grant.auto_resolved',
  'grant.shadowed',
  'review.waiting',
  'review.opened',
  'review.changed',
  'review.approved',
  'review.revoke_requested',
  'review.revoke_confirmed',
  'review.revoke_overdue',
  'review.escalated',
  'review.reopened',
  'review.already_gone',
  'review.moot',
  'policy.proposed',
  'policy.changed',
  'policy.rejected',
  'export.made',
  'outbox.tombstone',
] as const
export type ChainedEventName = (typeof CHAINED_EVENTS)[number]

export type DetailValue =
  | string
  | number
  | boolean
  | null
  | readonly DetailValue[]
  | { readonly [key: string]: DetailValue }

/**
 * What is recorded of one step, before chaining. Flat, fixed types, every field always present;
 * `_time` is the moment of the step as RFC 3339 in UTC.
 */
export interface ReviewEventBody {
  readonly _time: string
  readonly event: ChainedEventName
  /** Unique and stable over retries. */
  readonly event_id: string
  readonly schema: 1
  readonly tenant: string
  readonly grant_id: string | null
  readonly feed: string | null
  readonly source: string | null
  readonly kind: string | null
  readonly occurred_at: string | null
  readonly grantee: string | null
  readonly grantor: string | null
  readonly role: string | null
  readonly role_id: string | null
  readonly scope: string | null
  readonly tier: string | null
  readonly standing: boolean | null
  readonly state_before: string | null
  readonly state_after: string | null
  readonly band: string | null
  readonly baseline_score: number | null
  readonly floor: string | null
  readonly scorer: string | null
  readonly actor: string | null
  readonly actor_name: string | null
  readonly actor_email: string | null
  readonly reason: string | null
  readonly policy_version: number | null
  /** The one map field: evidence ids and weights, model usage, notes. */
  readonly detail: { readonly [key: string]: DetailValue }
}

/** A review event as it is sent and kept: chained per tenant. */
export interface ReviewEvent extends ReviewEventBody {
  /** 1, 2, 3, ... without a gap, per tenant. */
  readonly seq: number
  /** Hash of the event before it; 64 zeros at the start of a chain. */
  readonly prev_hash: string
  /** RFC 8785 JSON of all fields but `canonical`, `hash` and `hmac`. */
  readonly canonical: string
  /** SHA-256 of `canonical`, hex. */
  readonly hash: string
  /** HMAC-SHA-256 of `hash` under the chain key, hex; null without a key. */
  readonly hmac: string | null
}

export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

export const CHAIN_START: ChainHead = { seq: 0, hash: '0'.repeat(64) }
