import type { Policy, PolicyVersion } from '../domain/policy.ts'
import type { Loosening } from '../domain/policy-loosening.ts'
import { diffInWords } from '../domain/policy-words.ts'
import { isBlind } from '../domain/review.ts'
import type { Card } from '../domain/review-case.ts'
import type { PolicyDraft, PolicyDrafts, Ports } from '../ports.ts'
import { type BacktestReport, backtest } from './backtest.ts'
import { allLoosenings, needsSecondPerson } from './change-policy.ts'
import { confirmersOf } from './decide-proposal.ts'
import {
  estimateRescore,
  isRescored,
  type Rescored,
  type RescoreEstimate,
  rescoreSample,
} from './rescore-sample.ts'
import { compareFeeds, type FeedComparison, touchedFeeds } from './sample-feeds.ts'

/** What a change would do, before it is saved. */
export interface Preview {
  readonly draftId: string
  readonly baseVersion: number
  readonly changes: readonly string[]
  readonly loosenings: readonly Loosening[]
  readonly needsSecond: boolean
  /** Who could confirm it. */
  readonly confirmers: readonly string[]
  /** Null until the past was looked at. */
  readonly past: Past | null
  /** What else can be tried before it is saved. */
  readonly trials: {
    readonly rescore: RescoreEstimate | null
    readonly feeds: boolean
  }
}

export interface Past {
  readonly report: BacktestReport
  /** Of the cases that would flip, by grant. */
  readonly cards: ReadonlyMap<string, Card>
}

export type PreviewPorts = Pick<Ports, 'clock' | 'store' | 'directory' | 'scorer' | 'auditFeed'> & {
  readonly drafts: PolicyDrafts
}

interface Drafted {
  readonly tenantId: string
  readonly draftId: string
  readonly draft: PolicyDraft
  readonly current: PolicyVersion
}

export async function previewOf(
  ports: PreviewPorts,
  { tenantId, draftId, draft, current }: Drafted,
  past: Past | null = null,
): Promise<Preview> {
  const before: Policy = current.policy
  const reversed = draft.reversed ?? 0
  const loosenings = allLoosenings(before, { policy: draft.policy, reversed })
  const needsSecond = needsSecondPerson(before, loosenings)
  return {
    draftId,
    baseVersion: current.version,
    changes: diffInWords(before, draft.policy),
    loosenings,
    needsSecond,
    confirmers: needsSecond
      ? await confirmersOf(ports, { tenantId, policy: before, author: draft.author })
      : [],
    past,
    trials: {
      rescore: isRescored(before, draft.policy) ? await estimateRescore(ports, tenantId) : null,
      feeds: touchedFeeds(before, draft.policy).length > 0,
    },
  }
}

/** The preview of a draft with what it would have made of the past; null when the draft is gone or outdated. */
export async function previewWithPast(
  ports: PreviewPorts,
  { tenantId, draftId }: { readonly tenantId: string; readonly draftId: string },
): Promise<Preview | null> {
  const { records } = ports.store
  const draft = await ports.drafts.find(tenantId, draftId)
  const current = await records.policies.current(tenantId)
  if (draft === null || current === null || current.version !== draft.baseVersion) return null
  const report = await backtest(ports, { tenantId, policy: draft.policy })
  const tested = { ...draft, reversed: report.undoesRevokes }
  await ports.drafts.keep(tenantId, draftId, tested)
  const ids = report.flips.map(({ grantId }) => grantId)
  const cards = await records.cards.forGrants(tenantId, ids)
  // Whoever is to judge one blind must not read its verdict here; it is counted all the same.
  const blind = new Set(
    (await records.reviews.byIds(tenantId, ids)).filter(isBlind).map(({ grantId }) => grantId),
  )
  const shown = { ...report, flips: report.flips.filter(({ grantId }) => !blind.has(grantId)) }
  const past = { report: shown, cards: new Map(cards.map((card) => [card.grantId, card])) }
  return await previewOf(ports, { tenantId, draftId, draft: tested, current }, past)
}

export interface TrialQuery {
  readonly tenantId: string
  readonly slackUserId: string
  readonly draftId: string
}

/** A draft with the policy that it changes; null when it is somebody else's, gone or outdated. */
async function triedDraft(ports: PreviewPorts, { tenantId, slackUserId, draftId }: TrialQuery) {
  const draft = await ports.drafts.find(tenantId, draftId)
  const current = await ports.store.records.policies.current(tenantId)
  if (draft === null || current === null || draft.author !== slackUserId) return null
  return current.version === draft.baseVersion ? { before: current.policy, after: draft.policy } : null
}

/** Asks the model about a sample by the draft's words. */
export async function tryPrompt(
  ports: PreviewPorts,
  query: TrialQuery & { readonly progress: (done: number, of: number) => Promise<void> },
): Promise<Rescored | null> {
  const tried = await triedDraft(ports, query)
  if (tried === null) return null
  const { tenantId, progress } = query
  return await rescoreSample(ports, { tenantId, policy: tried.after, progress })
}

/** Reads real events by the draft's feeds. */
export async function tryFeeds(
  ports: PreviewPorts,
  query: TrialQuery,
): Promise<readonly FeedComparison[] | null> {
  const tried = await triedDraft(ports, query)
  return tried === null ? null : await compareFeeds(ports, { tenantId: query.tenantId, ...tried })
}
