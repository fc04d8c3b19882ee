import {
  type ActFacts,
  type Direction,
  type Grant,
  type GrantKind,
  grantIdOf,
  grantKeyOf,
  RAW_CHARACTERS_MAX,
  type Role,
} from './grant.ts'
import { localTimeOf } from './local-time.ts'
import { type AliasIndex, partyKey, personOf } from './party.ts'
import { enriched, isInterrupted, isStanding, settledRow } from './settle.ts'
import type { Snapshot } from './snapshot-timeline.ts'

/** What the ledger knows of the grantees concerned, back to before the earliest observation. */
export interface KnownLike {
  readonly snapshots: readonly Snapshot[]
  readonly grants: readonly Grant[]
  readonly keys: ReadonlyMap<string, string>
}

export interface ConcludeContext {
  readonly tenantId: string
  readonly feedId: string
  /** The preset's name. */
  readonly source: string
  readonly settleWindowMs: number
  readonly timezone: string
  readonly aliases: AliasIndex
}

/** What one observation came to: a new grant, or one that is known already (`merged`), by that grant's key and id. */
export interface Outcome {
  readonly grantKey: string
  readonly grantId: string
  readonly merged: boolean
}

/** The rows, keys and snapshots of one run of conclusions. */
export interface Work {
  readonly context: ConcludeContext
  readonly knownKeys: ReadonlyMap<string, string>
  readonly keys: Map<string, string>
  readonly rows: Map<string, Map<string, Grant>>
  readonly insertedIds: Set<string>
  readonly replacedIds: Set<string>
  readonly snapshots: Map<string, Snapshot[]>
  readonly saved: Map<string, Snapshot>
}

/** Where a conclusion comes from: the facts of its act and the record that holds them. */
export interface Source {
  readonly facts: ActFacts
  readonly ingestedAt: string
  readonly raw: string
  /** The act that grant keys are made of, where it is not the facts' own. */
  readonly keyAct?: string
}

export interface Change {
  readonly kind: GrantKind
  readonly direction: Direction
  readonly role: Role
  readonly firstSeen: boolean
}

export function openWork(known: KnownLike, context: ConcludeContext): Work {
  const rows = new Map<string, Map<string, Grant>>()
  for (const grant of known.grants) entryOf(rows, partyKey(grant.grantee), newRows).set(grant.id, grant)
  const snapshots = new Map<string, Snapshot[]>()
  for (const snapshot of known.snapshots) entryOf(snapshots, snapshot.granteeKey, newList).push(snapshot)
  return {
    context,
    knownKeys: known.keys,
    keys: new Map(),
    rows,
    insertedIds: new Set(),
    replacedIds: new Set(),
    snapshots,
    saved: new Map(),
  }
}

export const newRows = (): Map<string, Grant> => new Map()
export const newList = (): Snapshot[] => []

export function entryOf<T>(map: Map<string, T>, key: string, create: () => T): T {
  const found = map.get(key)
  if (found !== undefined) return found
  const created = create()
  map.set(key, created)
  return created
}

export function actFactsOf(from: ActFacts): ActFacts {
  return {
    act: from.act,
    occurredAt: from.occurredAt,
    localOffsetMinutes: from.localOffsetMinutes,
    grantor: from.grantor,
    grantee: from.grantee,
    mechanism: from.mechanism,
    ip: from.ip,
    country: from.country,
    asn: from.asn,
    userAgent: from.userAgent,
    session: from.session,
    justification: from.justification,
    ticket: from.ticket,
    expiresAt: from.expiresAt,
    path: from.path,
    holding: from.holding,
    outcome: from.outcome,
  }
}

export function keyOf(
  work: Work,
  source: Pick<Source, 'facts' | 'keyAct'>,
  change: Pick<Change, 'direction' | 'role'>,
): string {
  return grantKeyOf({
    feedId: work.context.feedId,
    act: source.keyAct ?? source.facts.act,
    direction: change.direction,
    granteeKey: partyKey(source.facts.grantee),
    roleId: change.role.id,
    scope: change.role.scope,
  })
}

/** The outcome for a key that stands for a grant already, or null. */
export function knownOutcome(work: Work, granteeKey: string, grantKey: string): Outcome | null {
  const grantId = work.keys.get(grantKey) ?? work.knownKeys.get(grantKey)
  if (grantId === undefined) return null
  const row = work.rows.get(granteeKey)?.get(grantId)
  return { grantKey: row?.grantKey ?? grantKey, grantId, merged: true }
}

/**
 * Whether a record that was merged into a grant no longer belongs there: a removal between the two came to light, so
 * that the role was given twice. Read again, the record then stands for itself.
 */
function hasParted(work: Work, source: Source, known: Outcome, change: Change): boolean {
  const rows = work.rows.get(partyKey(source.facts.grantee))
  const row = rows?.get(known.grantId)
  if (rows === undefined || row === undefined || row.act === source.facts.act) return false
  if (row.grantKey === keyOf(work, source, change)) return false
  return isInterrupted(rows, [row.occurredAt, source.facts.occurredAt], change)
}

/** One change: known already, part of a grant under another act, or new. */
export function record(work: Work, source: Source, change: Change): Outcome {
  const { context } = work
  const granteeKey = partyKey(source.facts.grantee)
  const grantKey = keyOf(work, source, change)
  const known = knownOutcome(work, granteeKey, grantKey)
  if (known !== null && !hasParted(work, source, known, change)) return known
  const rows = entryOf(work.rows, granteeKey, newRows)
  const fresh: Grant = {
    id: grantIdOf(context.tenantId, grantKey),
    tenantId: context.tenantId,
    grantKey,
    feedId: context.feedId,
    source: context.source,
    ...change,
    ...sourcePart(work, source),
    standing: isStanding({ kind: change.kind, expiresAt: source.facts.expiresAt }),
    ingestedAt: source.ingestedAt,
  }
  const settled = settledRow(rows, fresh, context.settleWindowMs)
  const grantId = settled?.id ?? fresh.id
  work.keys.set(grantKey, grantId)
  if (settled === null) {
    rows.set(fresh.id, fresh)
    work.insertedIds.add(fresh.id)
    return { grantKey, grantId, merged: false }
  }
  replaceRow(work, rows, enriched(settled, fresh))
  return { grantKey: settled.grantKey, grantId, merged: true }
}

/** What a row takes from its act: facts, persons, local time and the raw record. */
export function sourcePart(work: Work, source: Source) {
  const { facts, raw } = source
  const { aliases, timezone } = work.context
  return {
    ...facts,
    granteePerson: personOf(facts.grantee, aliases),
    grantorPerson: facts.grantor === null ? null : personOf(facts.grantor, aliases),
    ...localTimeOf(facts.occurredAt, { localOffsetMinutes: facts.localOffsetMinutes, timezone }),
    raw: raw.length > RAW_CHARACTERS_MAX ? raw.slice(0, RAW_CHARACTERS_MAX).toWellFormed() : raw,
  }
}

export function replaceRow(work: Work, rows: Map<string, Grant>, next: Grant): void {
  if (JSON.stringify(rows.get(next.id)) === JSON.stringify(next)) return
  rows.set(next.id, next)
  work.replacedIds.add(next.id)
}
