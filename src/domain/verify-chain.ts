import { parseCanonicalObject } from './canonical-json.ts'
import { CANONICAL_CHARACTERS_MAX, hashOf, hmacOf } from './chain.ts'
import {
  type ChainFault,
  type ChainFaultKind,
  claimOf,
  createFaultList,
  type FaultList,
} from './chain-report.ts'
import { type ChainRow, differingFields, isHash, isSeq, readChainRow } from './chain-row.ts'
import {
  holds,
  isLinked,
  linkOf,
  remember,
  sortedSeqs,
  stateOf,
  summaryOf,
  type TenantChain,
  type TenantState,
} from './chain-tenant.ts'
import { CHAIN_START, type ChainHead } from './review-event.ts'

export interface ChainOptions {
  /** Key of the HMACs, or null: then a forgery by someone who can write to the dataset is not excluded. */
  readonly chainKey: string | null
  /** Heads noted earlier: the chain must hold each of them, and may begin at one. */
  readonly anchors: readonly ChainHead[]
}

export interface ChainReport {
  readonly ok: boolean
  readonly events: number
  /** Heartbeats and the like, which carry no chain fields. */
  readonly unchained: number
  readonly tenants: readonly TenantChain[]
  readonly faultCount: number
  /** The first FAULTS_MAX of them. */
  readonly faults: readonly ChainFault[]
  /** What the result does and does not show, for people. */
  readonly claim: string
}

/**
 * Checks chains of review events, in whatever order they come, each tenant's apart. It remembers two hashes an
 * event, so a million events fit in some hundred megabytes. `undefined` in the input counts as a line and is passed over.
 */
export async function verifyChain(
  events: Iterable<unknown> | AsyncIterable<unknown>,
  options: ChainOptions,
): Promise<ChainReport> {
  const faults = createFaultList()
  const tenants = new Map<string, TenantState>()
  let unchained = 0
  let line = 0
  for await (const event of events) {
    line += 1
    if (event === undefined) continue
    const row = readChainRow(event)
    if (row.kind === 'chained') takeRow({ tenants, faults, chainKey: options.chainKey, line }, row)
    else if (row.kind === 'unchained') unchained += 1
    else faults.add({ tenant: null, seq: row.seq, line, kind: row.fault, what: row.what })
  }
  const chains = [...tenants].toSorted(([a], [b]) => (a < b ? -1 : 1))
  for (const [tenant, state] of chains) checkTenant({ tenant, state, faults, options })
  for (const anchor of options.anchors) checkAnchor(anchor, tenants, faults)
  const report = chains.map(([tenant, state]) => summaryOf(tenant, state))
  const counts = {
    events: sum(report.map((chain) => chain.events)),
    tombstones: sum(report.map((chain) => chain.tombstones)),
  }
  return {
    ok: faults.count() === 0,
    events: counts.events,
    unchained,
    tenants: report,
    faultCount: faults.count(),
    faults: faults.list(),
    claim: claimOf({
      ...counts,
      broken: faults.count() > 0,
      hasKey: options.chainKey !== null,
      hasAnchors: options.anchors.length > 0,
    }),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

interface Intake {
  readonly tenants: Map<string, TenantState>
  readonly faults: FaultList
  readonly chainKey: string | null
  readonly line: number
}

function takeRow(intake: Intake, row: ChainRow): void {
  const { faults, chainKey, line } = intake
  const content = row.canonical.length > CANONICAL_CHARACTERS_MAX ? null : parseCanonicalObject(row.canonical)
  const own = hashOf(row.canonical)
  const isTombstone = own !== row.hash && content !== null && isTombstoneOf(content, row.hash)
  // Once the hash fits, the canonical string says which event this is, whatever the fields around it claim.
  const stated = own === row.hash || isTombstone ? identityOf(content) : null
  const { tenant, seq, prevHash } = stated ?? row
  const altered = (kind: ChainFaultKind, what: string) => faults.add({ tenant, seq, line, kind, what })
  if (stated === null || content === null)
    altered('altered', 'its hash does not belong to its canonical string')
  else {
    const fields = differingFields(row.fields, content)
    if (fields.includes('seq'))
      altered('reordered', `was recorded as event ${seq} and is numbered ${row.seq}`)
    else if (fields.length > 0) altered('altered', `${listed(fields)} not as in its canonical string`)
  }
  const state = stateOf(intake.tenants, tenant)
  if (chainKey !== null && stated !== null) {
    // The links bind an event's content, and not a tombstone's: one without HMAC could stand for anything.
    if ((row.hmac === null || row.hmac === undefined) && !isTombstone) state.withoutHmac.push(seq)
    else if (row.hmac === hmacOf(own, chainKey)) state.firstWithHmac = Math.min(state.firstWithHmac, seq)
    else altered('forged', 'its HMAC was not made with this chain key')
  }
  remember(
    state,
    { seq, link: linkOf(prevHash, row.hash), isDoubtful: stated === null, isTombstone },
    altered,
  )
}

function isTombstoneOf(content: Readonly<Record<string, unknown>>, hash: string): boolean {
  const { event, detail } = content
  if (event !== 'outbox.tombstone' || typeof detail !== 'object' || detail === null) return false
  return 'refused_hash' in detail && detail.refused_hash === hash
}

function identityOf(
  content: Readonly<Record<string, unknown>> | null,
): { tenant: string; seq: number; prevHash: string } | null {
  if (content === null) return null
  const { tenant, seq, prev_hash: prevHash } = content
  return typeof tenant === 'string' && isSeq(seq) && isHash(prevHash) ? { tenant, seq, prevHash } : null
}

const NAMES_MAX = 5

function listed(fields: readonly string[]): string {
  const more = fields.length > NAMES_MAX ? ` and ${fields.length - NAMES_MAX} more` : ''
  return `${fields.slice(0, NAMES_MAX).join(', ').slice(0, 200)}${more}`
}

function checkTenant(check: {
  tenant: string
  state: TenantState
  faults: FaultList
  options: ChainOptions
}): void {
  const { tenant, state, faults, options } = check
  const add = (seq: number, kind: ChainFaultKind, what: string) =>
    faults.add({ tenant, seq, line: null, kind, what })
  let before = 0
  for (const seq of sortedSeqs(state)) {
    if (seq > before + 1 && !(before === 0 && beginsAtAnchor(state, seq, options.anchors))) {
      const range = seq === before + 2 ? `event ${before + 1} is` : `events ${before + 1} to ${seq - 1} are`
      const hint = before === 0 ? `, and no anchor says that the chain may begin at ${seq}` : ''
      add(before + 1, 'missing', `${range} missing${hint}`)
    } else if (seq === before + 1 && !isLinked(state, seq)) {
      const other = before === 0 ? 'the start of a chain' : `event ${before}`
      add(seq, 'altered', `does not follow from ${other}: one of the two was replaced`)
    }
    before = seq
  }
  if (options.chainKey === null) return
  const isStart = (seq: number) =>
    seq < state.firstWithHmac && state.firstWithHmac !== Number.POSITIVE_INFINITY
  // Events from before the key was set are covered by the first one that carries an HMAC, through the links.
  for (const seq of state.withoutHmac)
    if (!isStart(seq)) add(seq, 'forged', 'carries no HMAC, though a chain key is given')
}

/** Retention trims the start: a chain may begin at, or right after, an event that an anchor names. */
function beginsAtAnchor(state: TenantState, first: number, anchors: readonly ChainHead[]): boolean {
  return anchors.some((anchor) => anchor.seq >= first - 1 && anchor.seq <= first && holds(state, anchor))
}

function checkAnchor(anchor: ChainHead, tenants: ReadonlyMap<string, TenantState>, faults: FaultList): void {
  if (anchor.seq === CHAIN_START.seq && anchor.hash === CHAIN_START.hash) return
  const states = [...tenants.values()]
  if (states.some((state) => holds(state, anchor))) return
  const [onlyTenant = null] = tenants.size === 1 ? tenants.keys() : []
  const add = (kind: ChainFaultKind, what: string) =>
    faults.add({ tenant: onlyTenant, seq: anchor.seq, line: null, kind, what })
  const last = Math.max(0, ...states.map((state) => sortedSeqs(state).at(-1) ?? 0))
  if (anchor.seq > last)
    add('cut-off', `the anchor says that the chain reached ${anchor.seq}, and it ends at ${last}`)
  else
    add(
      'anchor',
      `no event ${anchor.seq} has the hash that the anchor names: history was rewritten, or it is another chain's anchor`,
    )
}
