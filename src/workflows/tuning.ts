import { decideProposal, type ProposalOutcome } from './decide-proposal.ts'
import { type Preview, previewWithPast } from './policy-preview.ts'
import {
  type DraftOutcome,
  draftSection,
  policyVersions,
  rollBack,
  type SaveOutcome,
  saveDraft,
  type TuneContext,
  type TuneDesk,
  type TunePorts,
  tuneDesk,
  type VersionLine,
} from './tune-policy.ts'

interface Who {
  readonly tenantId: string
  readonly slackUserId: string
}

/** All that people do with the policy, for one surface. */
export interface Tuning {
  desk(who: Who): Promise<TuneDesk>
  draft(
    query: Who & {
      readonly sectionId: string
      readonly baseVersion: number
      readonly texts: Readonly<Record<string, string>>
    },
  ): Promise<DraftOutcome>
  /** The preview once the past was looked at; null when the draft is gone. */
  lookBack(query: { readonly tenantId: string; readonly draftId: string }): Promise<Preview | null>
  save(query: Who & { readonly draftId: string; readonly reason: string }): Promise<SaveOutcome>
  versions(tenantId: string): Promise<readonly VersionLine[]>
  rollBack(query: Who & { readonly version: number }): Promise<SaveOutcome>
  decide(
    query: Who & { readonly proposalId: string; readonly verdict: 'confirm' | 'reject' },
  ): Promise<ProposalOutcome>
}

/** `changed` is called after each step that is recorded. */
export function createTuning(ports: TunePorts, context: TuneContext, changed: () => void): Tuning {
  const told = async <T>(work: Promise<T>): Promise<T> => {
    const outcome = await work
    changed()
    return outcome
  }
  return {
    desk: (who) => tuneDesk(ports, context, who),
    draft: (query) => draftSection(ports, context, query),
    lookBack: (query) => previewWithPast(ports, query),
    save: (query) => told(saveDraft(ports, context, query)),
    versions: (tenantId) => policyVersions(ports, tenantId),
    rollBack: (query) => told(rollBack(ports, context, query)),
    decide: (query) => told(decideProposal(ports, query)),
  }
}
