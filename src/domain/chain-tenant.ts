import { formatAnchor } from './chain.ts'
import type { ChainFaultKind } from './chain-report.ts'
import { CHAIN_START, type ChainHead } from './review-event.ts'

/** Two hashes in binary, one after the other: the event's `prev_hash` and its `hash`. */
type Link = string

const HASH_BYTES = 32

/** What is kept of one tenant's chain while its events come in. */
export interface TenantState {
  readonly links: Map<number, Link>
  /** Further, different events under a number that is taken: somebody put them there. */
  readonly rivals: Map<number, Link[]>
  /** Numbers whose event is known to be altered, so that its links say nothing. */
  readonly doubtful: Set<number>
  readonly tombstones: Set<number>
  readonly withoutHmac: number[]
  firstWithHmac: number
  duplicates: number
}

export interface TenantChain {
  readonly tenant: string
  readonly events: number
  readonly duplicates: number
  readonly tombstones: number
  readonly firstSeq: number
  readonly lastSeq: number
  /** `SEQ:HASH` of the newest event: the anchor to note down. */
  readonly head: string
}

export function stateOf(tenants: Map<string, TenantState>, tenant: string): TenantState {
  const known = tenants.get(tenant)
  if (known !== undefined) return known
  const state: TenantState = {
    links: new Map(),
    rivals: new Map(),
    doubtful: new Set(),
    tombstones: new Set(),
    withoutHmac: [],
    firstWithHmac: Number.POSITIVE_INFINITY,
    duplicates: 0,
  }
  tenants.set(tenant, state)
  return state
}

export function linkOf(prevHash: string, hash: string): Link {
  return Buffer.from(prevHash + hash, 'hex').toString('latin1')
}

function prevOf(link: Link): string {
  return link.slice(0, HASH_BYTES)
}

function ownOf(link: Link): string {
  return link.slice(HASH_BYTES)
}

function hexOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('hex')
}

function linksAt(state: TenantState, seq: number): readonly Link[] {
  const link = state.links.get(seq)
  return link === undefined ? [] : [link, ...(state.rivals.get(seq) ?? [])]
}

export function sortedSeqs(state: TenantState): Float64Array {
  return Float64Array.from(state.links.keys()).sort()
}

export function remember(
  state: TenantState,
  event: { seq: number; link: Link; isDoubtful: boolean; isTombstone: boolean },
  altered: (kind: ChainFaultKind, what: string) => void,
): void {
  const { seq, link } = event
  const known = state.links.get(seq)
  if (known === undefined || (state.doubtful.has(seq) && !event.isDoubtful)) {
    state.links.set(seq, link)
    if (event.isDoubtful) state.doubtful.add(seq)
    else state.doubtful.delete(seq)
    if (event.isTombstone) state.tombstones.add(seq)
    return
  }
  // The event itself may have arrived after all, beside its tombstone.
  if (!event.isTombstone) state.tombstones.delete(seq)
  if (known === link || event.isDoubtful) {
    state.duplicates += 1
    return
  }
  const rivals = state.rivals.get(seq) ?? []
  if (rivals.includes(link)) return
  state.rivals.set(seq, [...rivals, link])
  altered('rival', 'is a second, different event under a number that is taken')
}

/** Whether some event under this number follows from some event under the number before it. */
export function isLinked(state: TenantState, seq: number): boolean {
  // What is known to be altered was reported by itself; its links prove nothing either way.
  if (state.doubtful.has(seq) || state.doubtful.has(seq - 1)) return true
  const before = seq === 1 ? [linkOf(CHAIN_START.hash, CHAIN_START.hash)] : linksAt(state, seq - 1)
  return linksAt(state, seq).some((link) => before.some((other) => ownOf(other) === prevOf(link)))
}

/** The event under the anchor's number has its hash, or the next one names it as the one before. */
export function holds(state: TenantState, anchor: ChainHead): boolean {
  return (
    linksAt(state, anchor.seq).some((link) => hexOf(ownOf(link)) === anchor.hash) ||
    linksAt(state, anchor.seq + 1).some((link) => hexOf(prevOf(link)) === anchor.hash)
  )
}

export function summaryOf(tenant: string, state: TenantState): TenantChain {
  const seqs = sortedSeqs(state)
  const lastSeq = seqs.at(-1) ?? 0
  return {
    tenant,
    events: state.links.size,
    duplicates: state.duplicates,
    tombstones: state.tombstones.size,
    firstSeq: seqs.at(0) ?? 0,
    lastSeq,
    head: formatAnchor({ seq: lastSeq, hash: hexOf(ownOf(state.links.get(lastSeq) ?? '')) }),
  }
}
