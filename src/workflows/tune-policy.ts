import type { Actor } from '../domain/decision.ts'
import type { Policy, PolicyVersion } from '../domain/policy.ts'
import { diffPolicies } from '../domain/policy-diff.ts'
import { draftOf, type FieldFaults } from '../domain/policy-draft.ts'
import type { Loosening } from '../domain/policy-loosening.ts'
import type { PinnedSettings } from '../domain/policy-pins.ts'
import type { PolicyProposal } from '../domain/policy-proposal.ts'
import { policySection } from '../domain/policy-sections.ts'
import { diffInWords } from '../domain/policy-words.ts'
import type { PolicyDrafts, Ports } from '../ports.ts'
import { backtest } from './backtest.ts'
import {
  allLoosenings,
  type ChangeOutcome,
  type ChangePorts,
  changePolicy,
  type Meanwhile,
  meanwhileSince,
} from './change-policy.ts'
import { confirmersOf } from './decide-proposal.ts'
import { type Preview, previewOf } from './policy-preview.ts'
import { type PolicyPins, withPins } from './seed-policy.ts'
import { isPolicyAdmin } from './switch-mode.ts'

export type TunePorts = ChangePorts &
  Pick<Ports, 'directory' | 'scorer' | 'auditFeed' | 'log'> & { readonly drafts: PolicyDrafts }

/** A credential or address that the environment holds: shown as set or not set, never what it is. */
export interface Secret {
  readonly name: string
  readonly isSet: boolean
}

export interface TuneContext {
  readonly pins: PolicyPins
  readonly secrets: readonly Secret[]
}

/** What the settings look like to one person. */
export interface TuneDesk {
  readonly current: PolicyVersion
  readonly mayEdit: boolean
  readonly pins: PinnedSettings
  readonly secrets: readonly Secret[]
  readonly proposals: readonly OpenProposal[]
}

export interface OpenProposal {
  readonly proposal: PolicyProposal
  readonly changes: readonly string[]
  readonly loosenings: readonly Loosening[]
  readonly mayConfirm: boolean
  readonly mayReject: boolean
}

export type DraftOutcome =
  | { readonly kind: 'draft'; readonly preview: Preview }
  | { readonly kind: 'faults'; readonly faults: FieldFaults }
  | { readonly kind: 'stale'; readonly meanwhile: Meanwhile }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'not-admin' }

export type SaveOutcome =
  | (ChangeOutcome & { readonly confirmers?: readonly string[] })
  | { readonly kind: 'gone' }
  | { readonly kind: 'not-admin' }

interface Who {
  readonly tenantId: string
  readonly slackUserId: string
}

const PROPOSALS_SHOWN = 10
const VERSIONS_SHOWN = 10

export async function tuneDesk(ports: TunePorts, context: TuneContext, who: Who): Promise<TuneDesk> {
  const { tenantId, slackUserId } = who
  const { records } = ports.store
  const current = await mustHave(ports, tenantId)
  const waiting = await records.proposals.waiting({
    tenantId,
    now: ports.clock.now(),
    limit: PROPOSALS_SHOWN,
  })
  const proposals: OpenProposal[] = []
  for (const proposal of waiting) {
    const { policy } = current
    const confirmers = await confirmersOf(ports, { tenantId, policy, author: proposal.author })
    const mayConfirm = confirmers.includes(slackUserId)
    proposals.push({
      proposal,
      changes: diffInWords(policy, proposal.policy),
      loosenings: allLoosenings(policy, proposal),
      mayConfirm,
      mayReject: mayConfirm || proposal.author === slackUserId,
    })
  }
  const mayEdit = await isPolicyAdmin(ports, { tenantId, policy: current.policy, slackUserId })
  return { current, mayEdit, pins: context.pins, secrets: context.secrets, proposals }
}

async function mustHave(ports: Pick<Ports, 'store'>, tenantId: string): Promise<PolicyVersion> {
  const current = await ports.store.records.policies.current(tenantId)
  if (current === null) throw new Error('The tenant has no policy: it was not seeded.')
  return current
}

/** Checks what somebody typed into one section and keeps it as a draft; nothing is changed yet. */
export async function draftSection(
  ports: TunePorts,
  context: TuneContext,
  input: Who & {
    readonly sectionId: string
    readonly baseVersion: number
    readonly texts: Readonly<Record<string, string>>
  },
): Promise<DraftOutcome> {
  const { tenantId, slackUserId } = input
  const current = await mustHave(ports, tenantId)
  if (!(await isPolicyAdmin(ports, { tenantId, policy: current.policy, slackUserId })))
    return { kind: 'not-admin' }
  const section = policySection(input.sectionId)
  if (section === null) return { kind: 'unchanged' }
  if (current.version !== input.baseVersion)
    return { kind: 'stale', meanwhile: await meanwhileSince(ports.store.records, input, current) }
  const drafted = draftOf({ policy: current.policy, section, texts: input.texts, pins: context.pins })
  if (!drafted.ok) return { kind: 'faults', faults: drafted.faults }
  return await keepDraft(ports, { ...input, current, policy: drafted.policy })
}

/** Drafts the content of an earlier version, with what is pinned today. */
async function draftRollback(
  ports: TunePorts,
  context: TuneContext,
  input: Who & { readonly version: number },
): Promise<DraftOutcome> {
  const { tenantId, slackUserId } = input
  const current = await mustHave(ports, tenantId)
  if (!(await isPolicyAdmin(ports, { tenantId, policy: current.policy, slackUserId })))
    return { kind: 'not-admin' }
  const earlier = await ports.store.records.policies.version(tenantId, input.version)
  if (earlier === null) return { kind: 'unchanged' }
  return await keepDraft(ports, { ...input, current, policy: withPins(earlier.policy, context.pins) })
}

async function keepDraft(
  ports: TunePorts,
  input: Who & { readonly current: PolicyVersion; readonly policy: Policy },
): Promise<DraftOutcome> {
  const { tenantId, slackUserId, current, policy } = input
  if (diffPolicies(current.policy, policy).length === 0) return { kind: 'unchanged' }
  const draftId = ports.ids.next()
  const draft = { author: slackUserId, baseVersion: current.version, policy, reversed: null }
  await ports.drafts.keep(tenantId, draftId, draft)
  return { kind: 'draft', preview: await previewOf(ports, { tenantId, draftId, draft, current }) }
}

/** Saves or proposes a draft; only whoever typed it can. */
export async function saveDraft(
  ports: TunePorts,
  context: TuneContext,
  input: Who & { readonly draftId: string; readonly reason: string },
): Promise<SaveOutcome> {
  const { tenantId, slackUserId, draftId, reason } = input
  const draft = await ports.drafts.find(tenantId, draftId)
  if (draft === null || draft.author !== slackUserId) return { kind: 'gone' }
  const { policy } = await mustHave(ports, tenantId)
  if (!(await isPolicyAdmin(ports, { tenantId, policy, slackUserId }))) return { kind: 'not-admin' }
  const actor: Actor | null = await ports.directory.person(tenantId, slackUserId)
  const { baseVersion } = draft
  // The preview may still be at it.
  const reversed = draft.reversed ?? (await backtest(ports, { tenantId, policy: draft.policy })).undoesRevokes
  const outcome = await changePolicy(ports, {
    ...{ tenantId, baseVersion, reason, actor, reversed, pins: context.pins },
    policy: draft.policy,
    author: slackUserId,
  })
  if (outcome.kind === 'saved' || outcome.kind === 'proposed') await ports.drafts.drop(tenantId, draftId)
  if (outcome.kind !== 'proposed') return outcome
  return { ...outcome, confirmers: await confirmersOf(ports, { tenantId, policy, author: slackUserId }) }
}

/** One click beyond its confirmation makes an earlier version's content the newest one. */
export async function rollBack(
  ports: TunePorts,
  context: TuneContext,
  input: Who & { readonly version: number },
): Promise<SaveOutcome> {
  const drafted = await draftRollback(ports, context, input)
  if (drafted.kind === 'faults') return { kind: 'gone' }
  if (drafted.kind !== 'draft') return drafted
  const reason = `Rolled back to version ${input.version}.`
  return await saveDraft(ports, context, { ...input, draftId: drafted.preview.draftId, reason })
}

export interface VersionLine {
  readonly version: PolicyVersion
  /** What it changed, in words. */
  readonly changes: readonly string[]
}

/** The newest versions, each with what it changed. */
export async function policyVersions(
  ports: Pick<Ports, 'store'>,
  tenantId: string,
): Promise<readonly VersionLine[]> {
  const versions = await ports.store.records.policies.list(tenantId, VERSIONS_SHOWN + 1)
  return versions.slice(0, VERSIONS_SHOWN).map((version, index) => {
    const before = versions[index + 1]
    return { version, changes: before === undefined ? [] : diffInWords(before.policy, version.policy) }
  })
}
