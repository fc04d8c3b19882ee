import { decideProposal, type ProposalOutcome } from './decide-proposal.ts'
import { type Preview, previewWithPast, type TrialQuery, tryFeeds, tryPrompt } from './policy-preview.ts'
import { type TestRun, testRun } from './test-run.ts'
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
  tryPrompt(query: Parameters<typeof tryPrompt>[1]): ReturnType<typeof tryPrompt>
  tryFeeds(query: TrialQuery): ReturnType<typeof tryFeeds>
  /** Judges real grants as a live start would; null for those who may not. */
  testRun(query: Who & { readonly progress: (words: string) => Promise<void> }): Promise<TestRun | null>
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
    tryPrompt: (query) => tryPrompt(ports, query),
    tryFeeds: (query) => tryFeeds(ports, query),
    async testRun({ progress, ...who }) {
      const { current, mayEdit } = await tuneDesk(ports, context, who)
      return mayEdit ? await testRun(ports, { tenantId: who.tenantId, current, progress }) : null
    },
    save: (query) => told(saveDraft(ports, context, query)),
    versions: (tenantId) => policyVersions(ports, tenantId),
    rollBack: (query) => told(rollBack(ports, context, query)),
    decide: (query) => told(decideProposal(ports, query)),
  }
}
