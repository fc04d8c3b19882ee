import type { Generated, Insertable, Selectable } from 'kysely'
import type { Disposition } from '../domain/assessment.ts'
import type { Action } from '../domain/decision.ts'
import type { Band } from '../domain/evidence.ts'
import type { Direction, GrantKind, Mechanism, Tier } from '../domain/grant.ts'
import type { PartyType } from '../domain/party.ts'
import type { ReviewOrigin, ReviewState } from '../domain/review.ts'
import type { Click, Lane, QueueItem } from '../ports.ts'

/**
 * The tables, the same on both engines. Times are epoch milliseconds, JSON is text, booleans are 0 or 1, and all
 * text compares byte by byte (COLLATE "C" on Postgres, as SQLite does by itself).
 */
export interface Schema {
  grants: GrantsTable
  calibration: CalibrationTable
  grant_keys: GrantKeysTable
  grant_snapshots: GrantSnapshotsTable
  assessment_queue: AssessmentQueueTable
  assessments: AssessmentsTable
  reviews: ReviewsTable
  decisions: DecisionsTable
  cards: CardsTable
  clicks: ClicksTable
  chain_heads: ChainHeadsTable
  review_events: ReviewEventsTable
  outbox: OutboxTable
  policies: PoliciesTable
  policy_proposals: PolicyProposalsTable
  feeds: FeedsTable
  runs: RunsTable
  leases: LeasesTable
  tenants: TenantsTable
  key_values: KeyValuesTable
}

type Flag = 0 | 1

/** The ledger. `raw` stands last, so that what comes before it is read without it. */
export interface GrantsTable {
  tenant_id: string
  id: string
  grant_key: string
  feed_id: string
  source: string
  act: string
  kind: GrantKind
  direction: Direction
  grantee_key: string
  grantee_id: string
  grantee_email: string | null
  grantee_name: string | null
  grantee_type: PartyType
  grantee_person: string
  grantor_id: string | null
  grantor_email: string | null
  grantor_name: string | null
  grantor_type: PartyType | null
  grantor_person: string | null
  role_id: string
  role_name: string
  tier: Tier
  scope: string
  standing: Flag
  first_seen: Flag
  mechanism: Mechanism
  ip: string | null
  country: string | null
  asn: string | null
  user_agent: string | null
  session: string | null
  justification: string | null
  ticket: string | null
  expires_at: number | null
  path: 'sanctioned' | 'outside' | null
  holding: 'assignment' | 'eligibility' | null
  outcome: 'success' | 'failure'
  occurred_at: number
  local_offset_minutes: number | null
  local_hour: number
  local_day: number
  ingested_at: string
  raw: string
  /** From when on it counts as behaviour; null while nobody vouches for it. */
  learned_at: number | null
}

/** Keys of records that were merged into a grant with another key. */
export interface GrantKeysTable {
  tenant_id: string
  grant_key: string
  grant_id: string
}

export interface GrantSnapshotsTable {
  tenant_id: string
  feed_id: string
  grantee_key: string
  occurred_at: number
  act: string
  roles: string
}

export interface AssessmentQueueTable {
  tenant_id: string
  grant_id: string
  mode: QueueItem['mode']
  due_at: number
  enqueued_at: number
  attempts: number
}

export interface AssessmentsTable {
  tenant_id: string
  grant_id: string
  revision: number
  assessed_at: number
  policy_version: number
  disposition: Disposition
  /** The verdict's band. */
  band: Band
  /** What the model answered with: `opinion`, `no-answer` or `rules`. */
  answer: string
  /** 1 when the opinion was above the baseline. */
  raised: Flag
  /** Input and output tokens of the opinion, 0 without one. */
  tokens: number
  baseline: string
  model: string
  verdict: string
}

export interface ReviewsTable {
  tenant_id: string
  grant_id: string
  state: ReviewState
  version: number
  origin: ReviewOrigin
  band: Band
  /** Orders by band: 0 low, 1 medium, 2 high. */
  band_rank: number
  blind: Flag
  policy_version: number
  opened_at: number
  updated_at: number
  due_at: number | null
  escalated_at: number | null
  already_gone_at: number | null
  reopened_at: number | null
  settled_by_grant_id: string | null
  /** As the grant has it; written by the store alone. */
  grantor_person: string | null
}

export interface DecisionsTable {
  tenant_id: string
  id: string
  grant_id: string
  action: Action
  reason: string | null
  actor_id: string
  actor_name: string
  actor_email: string | null
  decided_at: number
  state_before: ReviewState
  state_after: ReviewState
  single_approval: Flag
}

export interface CardsTable {
  tenant_id: string
  grant_id: string
  channel: string
  message_ts: string | null
  intent_at: number
  rendered_version: number
}

export interface ClicksTable {
  tenant_id: string
  id: string
  kind: Click['kind']
  action: Click['action']
  grant_id: string
  reason: string | null
  slack_user_id: string
  channel: string | null
  message_ts: string | null
  received_at: number
  finished_at: number | null
  outcome: string | null
}

export interface ChainHeadsTable {
  tenant_id: string
  seq: number
  hash: string
}

/** The chain. All other fields of an event, `seq` and `prev_hash` among them, are in `canonical`. */
export interface ReviewEventsTable {
  tenant_id: string
  seq: number
  event_id: string
  canonical: string
  hash: string
  hmac: string | null
}

export interface OutboxTable {
  position: Generated<number>
  tenant_id: string
  lane: Lane
  event_id: string
  payload: string
  attempts: number
  created_at: number
  next_attempt_at: number
  last_error: string | null
}

export interface PoliciesTable {
  tenant_id: string
  version: number
  policy: string
  author: string
  reason: string
  saved_at: number
}

export interface PolicyProposalsTable {
  tenant_id: string
  id: string
  base_version: number
  policy: string
  author: string
  reason: string
  proposed_at: number
  expires_at: number
  state: 'waiting' | 'confirmed' | 'rejected'
  decided_by: string | null
  decided_at: number | null
}

export interface FeedsTable {
  tenant_id: string
  feed_id: string
  version: number
  switched_on_at: number
  history_until: string | null
  backfilled: Flag
  cursor: string | null
  last_poll_at: number | null
  last_event_at: number | null
  events_read: number
  grants_found: number
  skipped: string
  last_error: string | null
}

/** One change of a tenant as later ones are compared with it. */
export interface CalibrationTable {
  tenant_id: string
  act: string
  at: number
  by: string | null
  learned_at: number | null
  form: string
}

/** The last run of each job. */
export interface RunsTable {
  job: string
  started_at: number
  finished_at: number | null
  error: string | null
}

export interface LeasesTable {
  name: string
  holder: string
  until: number
}

/** One row per Slack workspace or organisation install. */
export interface TenantsTable {
  workspace_id: string
  tenant_id: string
  name: string
  created_at: number
}

/** What may expire. `tenant_id` is empty for what belongs to none. */
export interface KeyValuesTable {
  tenant_id: string
  namespace: string
  key: string
  value: string
  expires: number | null
}

export type GrantRow = Selectable<GrantsTable>
export type NewGrantRow = Insertable<GrantsTable>

/** A boolean as the tables hold it. */
export function flag(value: boolean): Flag {
  return value ? 1 : 0
}
