import assert from 'node:assert/strict'
import { type Concluded, conclude, type Sourced } from '../../src/domain/conclude.ts'
import type { ConcludeContext, KnownLike } from '../../src/domain/conclude-work.ts'
import type { Grant, GrantKind, Role } from '../../src/domain/grant.ts'
import { emptyKnown, type KnownMemory, knownAbout, rememberConcluded } from '../../src/domain/known-memory.ts'
import { factsOf } from '../../src/domain/presets/act-facts.ts'
import type { ChangeObservation, SnapshotObservation } from '../../src/domain/presets/preset.ts'

export const MINUTE = 60_000
/** Monday 2 March 2026, noon UTC. */
export const NOON = Date.UTC(2026, 2, 2, 12)

export const CONTEXT: ConcludeContext = {
  tenantId: 't1',
  feedId: 'okta-logs',
  source: 'okta',
  settleWindowMs: 0,
  timezone: 'UTC',
  aliases: new Map(),
}

export const person = (id: string) => ({ id, email: null, name: null, type: 'user' as const })
export const role = (id: string, scope = '*'): Role => ({ id, name: id, tier: 'T1', scope })

type ChangeParts = Partial<Omit<ChangeObservation, 'role' | 'grantee' | 'form'>> & {
  readonly minute?: number
  readonly grantee?: string
  readonly role?: string | Role
}

/** A role given to Alice by Bob at noon, in an act named after its minute. */
export function aChange(parts: ChangeParts = {}): Sourced {
  const { minute = 0, grantee = 'alice', role: given = 'admin', kind = 'grant', ...facts } = parts
  const base = { act: `act-${minute}`, occurredAt: NOON + minute * MINUTE, grantor: person('bob') }
  const observation: ChangeObservation = {
    ...factsOf({ ...base, ...facts }),
    form: 'change',
    kind,
    grantee: person(grantee),
    role: typeof given === 'string' ? role(given) : given,
  }
  return { observation, ingestedAt: '2026-03-02T12:00:05Z', raw: '{}' }
}

type SnapshotParts = Partial<Omit<SnapshotObservation, 'roles' | 'taken' | 'grantee' | 'form'>> & {
  readonly minute: number
  readonly roles: string
  readonly taken?: string
  readonly grantee?: string
}

/** What Alice holds at some minutes after noon: one role for each letter of `roles`. */
export function aSnapshot(parts: SnapshotParts): Sourced {
  const { minute, roles, taken = '', grantee = 'alice', ...facts } = parts
  const base = { act: `act-${minute}`, occurredAt: NOON + minute * MINUTE, grantor: person(`bob-${minute}`) }
  const observation: SnapshotObservation = {
    ...factsOf({ ...base, ...facts }),
    form: 'snapshot',
    grantee: person(grantee),
    roles: [...roles].map((letter) => role(letter)),
    taken: [...taken].map((letter) => role(letter)),
  }
  return { observation, ingestedAt: '2026-03-02T12:00:05Z', raw: `{"minute":${minute}}` }
}

/** What the ledger answers with: only rows since before the batch, their keys, and snapshots from the last before. */
function asLedgerKnows(known: KnownLike, poll: readonly Sourced[], settleWindowMs: number): KnownLike {
  const since = Math.min(...poll.map(({ observation }) => observation.occurredAt)) - settleWindowMs
  const grants = known.grants.filter((row) => row.occurredAt >= since)
  const ids = new Set(grants.map((row) => row.id))
  const lastBefore = new Map<string, number>()
  for (const { granteeKey, occurredAt } of known.snapshots)
    if (occurredAt < since)
      lastBefore.set(granteeKey, Math.max(occurredAt, lastBefore.get(granteeKey) ?? Number.NEGATIVE_INFINITY))
  return {
    grants,
    keys: new Map([...known.keys].filter(([, id]) => ids.has(id))),
    snapshots: known.snapshots.filter((row) => row.occurredAt >= (lastBefore.get(row.granteeKey) ?? since)),
  }
}

/** Concludes poll by poll, as the app does, and answers with what it then knows. */
export function afterPolls(
  polls: readonly (readonly Sourced[])[],
  context: Partial<ConcludeContext> = {},
): { readonly memory: KnownMemory; readonly ledger: readonly Grant[]; readonly last: Concluded | null } {
  const memory = emptyKnown()
  let last: Concluded | null = null
  for (const poll of polls) {
    const full = { ...CONTEXT, ...context }
    last = conclude(poll, asLedgerKnows(knownAbout(memory, poll), poll, full.settleWindowMs), full)
    for (const row of last.inserted)
      assert.ok(!memory.grants.has(row.id), 'a row is inserted once: the ledger ignores the second')
    rememberConcluded(memory, last)
  }
  return { memory, ledger: [...memory.grants.values()], last }
}

/** A ledger as lines in order of time, without what depends on the order of polls (ids and keys). */
export function lines(ledger: readonly Grant[]): readonly string[] {
  return ledger
    .map((row) => {
      const minute = (row.occurredAt - NOON) / MINUTE
      const seen = row.firstSeen ? ' first seen' : ''
      return `${String(minute).padStart(4)} ${row.kind} ${row.role.id} ${row.grantee.id} by ${row.grantor?.id ?? '-'} in ${row.act}${seen}`
    })
    .toSorted()
}

/** The same, only minute, kind and role: `0 +a` for given, `5 -b` for taken, `?` for first seen. */
export function story(ledger: readonly Grant[]): string {
  const sign = (kind: GrantKind) => (kind === 'removal' ? '-' : '+')
  return ledger
    .map((row) => ({ minute: (row.occurredAt - NOON) / MINUTE, row }))
    .toSorted((one, other) => one.minute - other.minute || (one.row.role.id < other.row.role.id ? -1 : 1))
    .map(({ minute, row }) => `${minute} ${sign(row.kind)}${row.role.id}${row.firstSeen ? '?' : ''}`)
    .join(', ')
}
