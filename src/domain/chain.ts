import { createHash, createHmac } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import { readChainRow } from './chain-row.ts'
import type { ChainHead, DetailValue, ReviewEvent, ReviewEventBody } from './review-event.ts'

/**
 * Limits that keep the canonical string well under the 1 MB above which Axiom silently replaces a field,
 * even where every character takes three bytes or is escaped.
 */
const FIELD_CHARACTERS_MAX = 4_000
const DETAIL_TEXT_CHARACTERS_MAX = 20_000
const DETAIL_CHARACTERS_MAX = 150_000
export const CANONICAL_CHARACTERS_MAX = 600_000
/** Values of `detail` nested deeper than this are left out. */
const DETAIL_DEPTH_MAX = 12

type Unsigned = ReviewEventBody & Pick<ReviewEvent, 'seq' | 'prev_hash'>

/**
 * Links bodies to a chain's head, in their order. Texts are made fit for every target first: lone
 * surrogates replaced, over-long texts clipped, so that no log line can stop the chain.
 */
export function chainEvents(
  head: ChainHead,
  bodies: readonly ReviewEventBody[],
  chainKey: string | null,
): ReviewEvent[] {
  let { seq, hash } = head
  return bodies.map((body) => {
    const unsigned = soundEvent({ ...body, seq: seq + 1, prev_hash: hash })
    const canonical = canonicalJson(unsigned)
    seq += 1
    hash = hashOf(canonical)
    return { ...unsigned, canonical, hash, hmac: chainKey === null ? null : hmacOf(hash, chainKey) }
  })
}

/**
 * What is delivered in place of an event that a target refused for its content: its place in the chain
 * without its text. It keeps `seq`, `prev_hash` and `hash`, so the chain goes on; its own HMAC is over its
 * own canonical string, so that nobody without the key can put a tombstone where an event was.
 * Null when the payload is no chained event: then nothing needs its place kept.
 */
export function tombstoneFor(payload: unknown, why: string, chainKey: string | null): ReviewEvent | null {
  const row = readChainRow(payload)
  if (row.kind !== 'chained') return null
  const unsigned: Unsigned = {
    _time: String(row.fields['_time']),
    event: 'outbox.tombstone',
    event_id: `tombstone:${row.hash}`,
    schema: 1,
    tenant: row.tenant,
    ...NOTHING_KNOWN,
    detail: { refused_event: String(row.fields['event']), refused_hash: row.hash, why },
    seq: row.seq,
    prev_hash: row.prevHash,
  }
  const sound = soundEvent(unsigned)
  const canonical = canonicalJson(sound)
  const hmac = chainKey === null ? null : hmacOf(hashOf(canonical), chainKey)
  return { ...sound, canonical, hash: row.hash, hmac }
}

export function isTombstone(payload: unknown): boolean {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'event' in payload &&
    payload.event === 'outbox.tombstone'
  )
}

/** SHA-256, hex. */
export function hashOf(canonical: string): string {
  return createHash('sha256').update(canonical).digest('hex')
}

/** HMAC-SHA-256 of a hash under the chain key, hex. */
export function hmacOf(hash: string, chainKey: string): string {
  return createHmac('sha256', chainKey).update(hash).digest('hex')
}

/** A head as people keep it and give it to `verify --anchor`: `SEQ:HASH`. */
export function formatAnchor(head: ChainHead): string {
  return `${head.seq}:${head.hash}`
}

/** Reads `SEQ:HASH`; null when it is not one. */
export function parseAnchor(text: string): ChainHead | null {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text.trim()) ?? []
  return seq === undefined || hash === undefined ? null : { seq: Number(seq), hash: hash.toLowerCase() }
}

const NOTHING_KNOWN = {
  grant_id: null,
  feed: null,
  source: null,
  kind: null,
  occurred_at: null,
  grantee: null,
  grantor: null,
  role: null,
  role_id: null,
  scope: null,
  tier: null,
  standing: null,
  state_before: null,
  state_after: null,
  band: null,
  baseline_score: null,
  floor: null,
  scorer: null,
  actor: null,
  actor_name: null,
  actor_email: null,
  reason: null,
  policy_version: null,
} as const

function soundEvent(event: Unsigned): Unsigned {
  const detail = soundMembers(event.detail, 0)
  const characters = canonicalJson(detail).length
  return {
    ...event,
    event_id: soundText(event.event_id, FIELD_CHARACTERS_MAX),
    tenant: soundText(event.tenant, FIELD_CHARACTERS_MAX),
    grant_id: soundField(event.grant_id),
    feed: soundField(event.feed),
    source: soundField(event.source),
    occurred_at: soundField(event.occurred_at),
    grantee: soundField(event.grantee),
    grantor: soundField(event.grantor),
    role: soundField(event.role),
    role_id: soundField(event.role_id),
    scope: soundField(event.scope),
    floor: soundField(event.floor),
    scorer: soundField(event.scorer),
    actor: soundField(event.actor),
    actor_name: soundField(event.actor_name),
    actor_email: soundField(event.actor_email),
    reason: soundField(event.reason),
    detail: characters <= DETAIL_CHARACTERS_MAX ? detail : { clipped: true, characters },
  }
}

function soundField(text: string | null): string | null {
  return text === null ? null : soundText(text, FIELD_CHARACTERS_MAX)
}

/** Clipped first, since a cut may split a pair of surrogates. */
function soundText(text: string, charactersMax: number): string {
  return (text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`).toWellFormed()
}

function soundMembers(
  members: Readonly<Record<string, DetailValue>>,
  depth: number,
): Record<string, DetailValue> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name.toWellFormed(), soundDetail(value, depth + 1)]),
  )
}

function soundDetail(value: DetailValue, depth: number): DetailValue {
  if (typeof value === 'string') return soundText(value, DETAIL_TEXT_CHARACTERS_MAX)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value ?? null
  if (depth > DETAIL_DEPTH_MAX) return null
  if (isList(value)) return value.map((item) => soundDetail(item, depth + 1))
  return soundMembers(value, depth)
}

function isList(value: readonly DetailValue[] | object): value is readonly DetailValue[] {
  return Array.isArray(value)
}
