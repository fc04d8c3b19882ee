import {
  actFactsOf,
  entryOf,
  keyOf,
  knownOutcome,
  newList,
  newRows,
  type Outcome,
  record,
  replaceRow,
  type Source,
  sourcePart,
  type Work,
} from './conclude-work.ts'
import { EVERY_ROLE, type Grant, type Role } from './grant.ts'
import { type Party, partyKey } from './party.ts'
import { factsOf } from './presets/act-facts.ts'
import type { SnapshotObservation } from './presets/preset.ts'
import { enriched, isStanding } from './settle.ts'
import {
  addSnapshot,
  diffOf,
  isStored,
  type Moment,
  placeOf,
  type RoleChange,
  roleKey,
  roleSet,
  type Snapshot,
} from './snapshot-timeline.ts'

const EVERYTHING: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: '*' }

/** Concludes what a full set of roles changed, against the grantee's sets before and after it by event time. */
export function concludeSnapshot(
  work: Work,
  source: Source,
  observation: SnapshotObservation,
): readonly Outcome[] {
  const granteeKey = partyKey(observation.grantee)
  const { act, occurredAt, roles } = observation
  const snapshot: Snapshot = { granteeKey, act, occurredAt, roles }
  const stored = entryOf(work.snapshots, granteeKey, newList)
  if (isStored(stored, snapshot)) return repeated(work, source, observation.roles)
  const { before, here, after } = placeOf(stored, snapshot)
  const base = before?.roles ?? null
  const held = new Map([...(here?.roles ?? []), ...roleSet(roles)])
  const changes = new Map(diffOf(base, held))
  for (const key of diffOf(base, here?.roles ?? held).keys()) if (here !== null) changes.delete(key)
  for (const role of observation.taken)
    if (!held.has(roleKey(role))) changes.set(`taken ${roleKey(role)}`, { direction: 'taken', role })
  // Nothing is held any more, and what was held is neither known nor stated: then all of it is gone.
  if (roles.length === 0 && !observation.hasOrdinary && here === null && changes.size === 0)
    changes.set('taken *', { direction: 'taken', role: EVERYTHING })
  const saved = addSnapshot(stored, snapshot)
  work.saved.set(JSON.stringify([granteeKey, occurredAt, act]), saved)

  const successor = after === null ? null : redated(after, here?.roles ?? base, held)
  const outcomes = [...changes].map(([key, change]) => {
    const late = successor?.outdated.has(key) ? rowAt(work, granteeKey, successor.moment, change) : null
    const firstSeen = base === null && change.direction === 'given'
    return late === null
      ? record(work, source, { ...change, kind: kindOf(change), firstSeen })
      : moveRow(work, source, { row: late, firstSeen })
  })
  return successor === null ? outcomes : [...outcomes, ...correctSuccessor(work, source, successor)]
}

function kindOf(change: RoleChange): 'grant' | 'removal' {
  return change.direction === 'given' ? 'grant' : 'removal'
}

interface Successor {
  readonly moment: Moment
  /** Changes that were concluded there but happened earlier, as the late snapshot shows. */
  readonly outdated: ReadonlySet<string>
  /** Changes that are now known to have happened there. */
  readonly added: ReadonlyMap<string, RoleChange>
  /** Changes that stand, now with proof. */
  readonly proven: ReadonlyMap<string, RoleChange>
}

/** What a late snapshot makes of the moment that follows it. */
function redated(moment: Moment, old: Moment['roles'] | null, held: Moment['roles']): Successor {
  const earlier = diffOf(old, moment.roles)
  const now = diffOf(held, moment.roles)
  return {
    moment,
    outdated: new Set([...earlier.keys()].filter((key) => !now.has(key))),
    added: new Map([...now].filter(([key]) => !earlier.has(key))),
    proven: new Map([...now].filter(([key]) => earlier.has(key))),
  }
}

/** The row that was concluded for a change at a moment; null when there is none, or it was merged elsewhere. */
function rowAt(work: Work, granteeKey: string, moment: Moment, change: RoleChange): Grant | null {
  for (const row of work.rows.get(granteeKey)?.values() ?? [])
    if (
      row.direction === change.direction &&
      row.occurredAt === moment.occurredAt &&
      moment.acts.includes(row.act) &&
      roleKey(row.role) === roleKey(change.role)
    )
      return row
  return null
}

/** The change belongs to the late snapshot's act: the row keeps its id and key and takes the facts of that act. */
function moveRow(
  work: Work,
  source: Source,
  late: { readonly row: Grant; readonly firstSeen: boolean },
): Outcome {
  const { row, firstSeen } = late
  const granteeKey = partyKey(source.facts.grantee)
  const grantKey = keyOf(work, source, row)
  const known = knownOutcome(work, granteeKey, grantKey)
  if (known !== null) return known
  const moved = { ...row, ...sourcePart(work, source), firstSeen }
  const standing = isStanding(moved)
  replaceRow(work, entryOf(work.rows, granteeKey, newRows), { ...moved, standing })
  work.keys.set(grantKey, row.id)
  return { grantKey: row.grantKey, grantId: row.id, merged: true }
}

function correctSuccessor(work: Work, source: Source, successor: Successor): readonly Outcome[] {
  const { grantee } = source.facts
  const granteeKey = partyKey(grantee)
  for (const change of successor.proven.values()) {
    const row = rowAt(work, granteeKey, successor.moment, change)
    if (row?.firstSeen === true)
      replaceRow(work, entryOf(work.rows, granteeKey, newRows), { ...row, firstSeen: false })
  }
  // What the event there stated as taken by itself has its row already.
  const added = [...successor.added.values()].filter(
    (change) => rowAt(work, granteeKey, successor.moment, change) === null,
  )
  if (added.length === 0) return []
  const theirs = sourceAt(work, successor.moment, grantee)
  // Their act's own key may stand for a grant that moved to an earlier act, so the late act is part of these keys.
  const keyAct = JSON.stringify([theirs.facts.act, source.facts.act])
  return added.map((change) =>
    record(
      work,
      { ...theirs, ingestedAt: source.ingestedAt, keyAct },
      { ...change, kind: kindOf(change), firstSeen: false },
    ),
  )
}

/** The facts of a stored moment's act, as far as a row that was concluded there holds them. */
function sourceAt(work: Work, moment: Moment, grantee: Party): Omit<Source, 'ingestedAt'> {
  for (const row of work.rows.get(partyKey(grantee))?.values() ?? [])
    if (row.occurredAt === moment.occurredAt && moment.acts.includes(row.act))
      return { facts: actFactsOf(row), raw: row.raw }
  const act = moment.acts[0] ?? ''
  return { facts: { ...factsOf({ act, occurredAt: moment.occurredAt }), grantee }, raw: '{}' }
}

/**
 * A snapshot that is stored already: the grants that were concluded from it. A row that a late snapshot brought to
 * light there lacks the facts of the act, which are at hand again now.
 */
function repeated(work: Work, source: Source, roles: readonly Role[]): readonly Outcome[] {
  const granteeKey = partyKey(source.facts.grantee)
  const rows = entryOf(work.rows, granteeKey, newRows)
  const outcomes = new Map<string, Outcome>()
  for (const row of rows.values()) {
    if (row.act !== source.facts.act || row.occurredAt !== source.facts.occurredAt) continue
    outcomes.set(row.id, { grantKey: row.grantKey, grantId: row.id, merged: true })
    if (row.grantor === null) replaceRow(work, rows, enriched(row, { ...row, ...sourcePart(work, source) }))
  }
  for (const role of roles) {
    const known = knownOutcome(work, granteeKey, keyOf(work, source, { direction: 'given', role }))
    if (known !== null) outcomes.set(known.grantId, known)
  }
  return [...outcomes.values()]
}
