import type { Concluded, Sourced } from './conclude.ts'
import type { KnownLike } from './conclude-work.ts'
import type { Grant } from './grant.ts'
import { partyKey } from './party.ts'
import type { Snapshot } from './snapshot-timeline.ts'

/** What has been concluded so far, carried in memory along a stream of events. */
export interface KnownMemory {
  readonly grants: Map<string, Grant>
  readonly grantIds: Map<string, Set<string>>
  readonly snapshots: Map<string, Map<string, Snapshot>>
  readonly keys: Map<string, string>
}

export function emptyKnown(): KnownMemory {
  return { grants: new Map(), grantIds: new Map(), snapshots: new Map(), keys: new Map() }
}

export function rememberConcluded(memory: KnownMemory, concluded: Concluded): void {
  for (const grant of [...concluded.inserted, ...concluded.replaced]) {
    memory.grants.set(grant.id, grant)
    const granteeKey = partyKey(grant.grantee)
    const ids = memory.grantIds.get(granteeKey) ?? new Set()
    memory.grantIds.set(granteeKey, ids.add(grant.id))
  }
  for (const snapshot of concluded.snapshots) {
    const ofGrantee = memory.snapshots.get(snapshot.granteeKey) ?? new Map<string, Snapshot>()
    ofGrantee.set(JSON.stringify([snapshot.occurredAt, snapshot.act]), snapshot)
    memory.snapshots.set(snapshot.granteeKey, ofGrantee)
  }
  for (const [key, id] of concluded.keys) memory.keys.set(key, id)
}

/** The part of it that bears on these observations. */
export function knownAbout(memory: KnownMemory, observations: readonly Sourced[]): KnownLike {
  const granteeKeys = new Set(observations.map(({ observation }) => partyKey(observation.grantee)))
  const grants: Grant[] = []
  const snapshots: Snapshot[] = []
  for (const granteeKey of granteeKeys) {
    for (const id of memory.grantIds.get(granteeKey) ?? []) {
      const grant = memory.grants.get(id)
      if (grant !== undefined) grants.push(grant)
    }
    for (const snapshot of memory.snapshots.get(granteeKey)?.values() ?? []) snapshots.push(snapshot)
  }
  return { grants, snapshots, keys: memory.keys }
}
