import type { Member } from '../domain/authority.ts'
import type { Policy, PolicyVersion } from '../domain/policy.ts'
import { looseningsOf } from '../domain/policy-loosening.ts'
import { isOnePerson, type PolicyProposal } from '../domain/policy-proposal.ts'
import { diffInWords } from '../domain/policy-words.ts'
import { ConflictError, type Ports, type Records } from '../ports.ts'
import type { ChangePorts } from './change-policy.ts'
import { inTransaction } from './in-transaction.ts'
import { recordSteps } from './record-steps.ts'
import { rosterOf } from './roster.ts'
import { savePolicy } from './seed-policy.ts'

/** People looked up at most to find who may confirm. */
const ROSTER_MAX = 50

export type ProposalOutcome =
  | { readonly kind: 'saved'; readonly version: PolicyVersion }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'outdated'; readonly current: PolicyVersion }
  | { readonly kind: 'decided'; readonly by: string | null }
  | { readonly kind: 'gone' }
  | { readonly kind: 'own' }
  | { readonly kind: 'not-allowed' }

/**
 * Who may confirm: policy admins who are another person than the author; where there is none, reviewers who are.
 * Somebody else must agree, or a single admin could change anything alone.
 */
export async function confirmersOf(
  ports: Pick<Ports, 'directory'>,
  input: { readonly tenantId: string; readonly policy: Policy; readonly author: string },
): Promise<readonly string[]> {
  const { tenantId, policy } = input
  // The command line and the environment are no people of the workspace.
  const isPerson = /^[UW][A-Z0-9]+$/.test(input.author)
  const author = isPerson ? await ports.directory.person(tenantId, input.author) : null
  const others = async (members: readonly string[]) => {
    const roster = [...(await rosterOf(ports.directory, tenantId, members))].slice(0, ROSTER_MAX)
    const people = await Promise.all(roster.map((id) => ports.directory.person(tenantId, id)))
    return people
      .filter((person) => person !== null)
      .filter((person) => isFull(person) && person.slackUserId !== input.author)
      .filter((person) => author === null || !isOnePerson(author, person, policy))
      .map(({ slackUserId }) => slackUserId)
  }
  const admins = await others(policy.people.policyAdmins)
  return admins.length > 0 ? admins : await others(policy.people.reviewers)
}

function isFull(person: Member): boolean {
  return !person.deactivated && !person.guest && !person.stranger && !person.bot
}

/** Confirms a proposal, which makes it the next version, or rejects it. Whoever proposed it may withdraw it. */
export async function decideProposal(
  ports: ChangePorts & Pick<Ports, 'directory'>,
  input: {
    readonly tenantId: string
    readonly proposalId: string
    readonly slackUserId: string
    readonly verdict: 'confirm' | 'reject'
  },
): Promise<ProposalOutcome> {
  const { tenantId, slackUserId, verdict } = input
  const { records } = ports.store
  const proposal = await records.proposals.find(tenantId, input.proposalId)
  const current = await records.policies.current(tenantId)
  if (proposal === null || current === null) return { kind: 'gone' }
  if (proposal.state !== 'waiting') return { kind: 'decided', by: proposal.decidedBy }
  if (proposal.expiresAt <= ports.clock.now()) return { kind: 'gone' }
  const isOwn = proposal.author === slackUserId
  const confirmers = await confirmersOf(ports, { tenantId, policy: current.policy, author: proposal.author })
  if (!confirmers.includes(slackUserId) && !(isOwn && verdict === 'reject'))
    return { kind: isOwn ? 'own' : 'not-allowed' }
  const person = await ports.directory.person(tenantId, slackUserId)
  return await inTransaction(ports, (inside) => settle(ports, inside, { proposal, person, verdict }))
}

interface Settling {
  readonly proposal: PolicyProposal
  readonly person: Member | null
  readonly verdict: 'confirm' | 'reject'
}

async function settle(ports: ChangePorts, records: Records, settling: Settling): Promise<ProposalOutcome> {
  const { proposal, person } = settling
  const { tenantId } = proposal
  const current = await records.policies.current(tenantId)
  if (current === null || person === null) return { kind: 'gone' }
  const isOutdated = settling.verdict === 'confirm' && current.version !== proposal.baseVersion
  const state = settling.verdict === 'confirm' && !isOutdated ? 'confirmed' : 'rejected'
  const at = ports.clock.now()
  const { slackUserId: by } = person
  if (!(await records.proposals.decide({ tenantId, id: proposal.id, state, by, at }))) {
    const decided = await records.proposals.find(tenantId, proposal.id)
    if (decided?.state === 'waiting') throw new ConflictError('a proposal was not decided')
    return { kind: 'decided', by: decided?.decidedBy ?? null }
  }
  const detail = { author: proposal.author, proposal: proposal.id, second_person: by }
  if (state === 'confirmed') {
    const { policy, author, reason } = proposal
    const version = { tenantId, version: current.version + 1, policy, author, reason, savedAt: at }
    const loosens = looseningsOf(current.policy, policy).map(({ setting, what }) => `${setting}: ${what}`)
    await savePolicy(ports, records, version, { actor: person, detail: { ...detail, loosens } })
    return { kind: 'saved', version }
  }
  await recordSteps(ports, records, [
    {
      event: 'policy.rejected',
      tenantId,
      at,
      actor: person,
      reason: isOutdated ? 'Outdated: the policy changed meanwhile.' : proposal.reason,
      policyVersion: current.version,
      detail: { ...detail, diff: diffInWords(current.policy, proposal.policy) },
      key: proposal.id,
    },
  ])
  return isOutdated ? { kind: 'outdated', current } : { kind: 'rejected' }
}
