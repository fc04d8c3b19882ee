import type { Actor } from '../domain/decision.ts'
import type { Policy, PolicyVersion } from '../domain/policy.ts'
import { diffPolicies } from '../domain/policy-diff.ts'
import { type Loosening, looseningsOf } from '../domain/policy-loosening.ts'
import { isPinned, type PinnedSettings } from '../domain/policy-pins.ts'
import { type PolicyProposal, PROPOSAL_LIVES_MS } from '../domain/policy-proposal.ts'
import { diffInWords } from '../domain/policy-words.ts'
import type { Ports, Records } from '../ports.ts'
import { inTransaction } from './in-transaction.ts'
import { recordSteps } from './record-steps.ts'
import { savePolicy } from './seed-policy.ts'

export type ChangePorts = Pick<Ports, 'clock' | 'ids' | 'store' | 'chainKey' | 'hasWebhook'>

/** Proposals looked at to find the same one again. */
const WAITING_MAX = 50

/** What somebody else saved since a form was opened. */
export interface Meanwhile {
  readonly current: PolicyVersion
  /** Every change since, in words. */
  readonly changes: readonly string[]
}

export type ChangeOutcome =
  | { readonly kind: 'saved'; readonly version: PolicyVersion; readonly loosenings: readonly Loosening[] }
  | {
      readonly kind: 'proposed'
      readonly proposal: PolicyProposal
      readonly loosenings: readonly Loosening[]
    }
  | { readonly kind: 'stale'; readonly meanwhile: Meanwhile }
  | { readonly kind: 'pinned'; readonly settings: readonly string[] }
  | { readonly kind: 'unchanged' }

export interface PolicyChangeRequest {
  readonly tenantId: string
  /** The version that was edited. */
  readonly baseVersion: number
  readonly policy: Policy
  readonly reason: string
  /** A Slack user id, or our own words for the command line. */
  readonly author: string
  readonly actor: Actor | null
  readonly pins: PinnedSettings
  /** So many past grants that people revoked would pass unseen. */
  readonly reversed?: number
}

/**
 * Saves a change as a new version, or proposes it when it loosens and the rule wants two people. Nothing is
 * overwritten: what was edited must be what is in force. Reviews that are open stay as they are.
 */
export async function changePolicy(ports: ChangePorts, request: PolicyChangeRequest): Promise<ChangeOutcome> {
  return await inTransaction(ports, async (records) => {
    const latest = await records.policies.current(request.tenantId)
    if (latest === null || latest.version !== request.baseVersion)
      return { kind: 'stale', meanwhile: await meanwhileSince(records, request, latest) }
    const changes = diffPolicies(latest.policy, request.policy)
    if (changes.length === 0) return { kind: 'unchanged' }
    const pinned = changes.filter(({ setting }) => isPinned(request.pins, setting))
    if (pinned.length > 0) return { kind: 'pinned', settings: pinned.map(({ setting }) => setting) }
    const loosenings = allLoosenings(latest.policy, request)
    return needsSecondPerson(latest.policy, loosenings)
      ? await propose(ports, records, { request, latest, loosenings })
      : await save(ports, records, { request, latest, loosenings })
  })
}

/** Where nobody is named yet who could agree, there is nobody to wait for. */
export function needsSecondPerson({ people }: Policy, loosenings: readonly Loosening[]): boolean {
  const hasPeople = people.policyAdmins.length > 0 || people.reviewers.length > 0
  return loosenings.length > 0 && people.twoPersonRule === 'two-people' && hasPeople
}

export function allLoosenings(
  before: Policy,
  change: Pick<PolicyChangeRequest, 'policy' | 'reversed'>,
): readonly Loosening[] {
  const reversed = change.reversed ?? 0
  const unseen: readonly Loosening[] =
    reversed === 0
      ? []
      : [
          {
            setting: 'backtest',
            what: `${reversed === 1 ? 'one past grant' : `${reversed} past grants`} that people revoked would have passed unseen`,
          },
        ]
  return [...unseen, ...looseningsOf(before, change.policy)]
}

interface Change {
  readonly request: PolicyChangeRequest
  readonly latest: PolicyVersion
  readonly loosenings: readonly Loosening[]
}

async function save(ports: ChangePorts, records: Records, change: Change): Promise<ChangeOutcome> {
  const { request, latest, loosenings } = change
  const version = {
    tenantId: request.tenantId,
    version: latest.version + 1,
    policy: request.policy,
    author: request.author,
    reason: request.reason,
    savedAt: ports.clock.now(),
  }
  await savePolicy(ports, records, version, {
    actor: request.actor,
    detail: {
      loosens: loosenings.map(inWords),
      second_person:
        loosenings.length === 0 ? 'not needed' : 'none: the policy asks for none, or names nobody',
    },
  })
  return { kind: 'saved', version, loosenings }
}

async function propose(ports: ChangePorts, records: Records, change: Change): Promise<ChangeOutcome> {
  const { request, latest, loosenings } = change
  const at = ports.clock.now()
  const earlier = await sameProposal(records, request, at)
  if (earlier !== undefined) return { kind: 'proposed', proposal: earlier, loosenings }
  const proposal: PolicyProposal = {
    tenantId: request.tenantId,
    id: ports.ids.next(),
    baseVersion: latest.version,
    policy: request.policy,
    author: request.author,
    reason: request.reason,
    proposedAt: at,
    expiresAt: at + PROPOSAL_LIVES_MS,
    state: 'waiting',
    decidedBy: null,
    decidedAt: null,
  }
  await records.proposals.insert(proposal)
  await recordSteps(ports, records, [
    {
      event: 'policy.proposed',
      tenantId: request.tenantId,
      at,
      actor: request.actor,
      reason: request.reason,
      policyVersion: latest.version,
      detail: {
        author: request.author,
        proposal: proposal.id,
        diff: diffInWords(latest.policy, request.policy),
        loosens: loosenings.map(inWords),
        expires_at: new Date(proposal.expiresAt).toISOString(),
      },
      key: proposal.id,
    },
  ])
  return { kind: 'proposed', proposal, loosenings }
}

/** The same change by the same author, proposed before: it is not asked for twice. */
async function sameProposal(
  records: Pick<Records, 'proposals'>,
  { tenantId, baseVersion, author, policy }: PolicyChangeRequest,
  now: number,
): Promise<PolicyProposal | undefined> {
  const waiting = await records.proposals.waiting({ tenantId, now, limit: WAITING_MAX })
  return waiting.find(
    (one) =>
      one.author === author &&
      one.baseVersion === baseVersion &&
      JSON.stringify(one.policy) === JSON.stringify(policy),
  )
}

function inWords({ setting, what }: Loosening): string {
  return `${setting}: ${what}`
}

/** What changed since the version that was edited. */
export async function meanwhileSince(
  records: Pick<Records, 'policies'>,
  edited: { readonly tenantId: string; readonly baseVersion: number },
  latest: PolicyVersion | null,
): Promise<Meanwhile> {
  if (latest === null) throw new Error('The tenant has no policy: it was not seeded.')
  const base = await records.policies.version(edited.tenantId, edited.baseVersion)
  return { current: latest, changes: base === null ? [] : diffInWords(base.policy, latest.policy) }
}
