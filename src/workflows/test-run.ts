import type { Grant } from '../domain/grant.ts'
import type { PolicyVersion } from '../domain/policy.ts'
import { isBlind } from '../domain/review.ts'
import type { Ports } from '../ports.ts'
import { type AssessPorts, judgeAll } from './assess-grants.ts'
import { type FeedSample, sampleFeed } from './sample-feeds.ts'
import type { Judged } from './write-assessments.ts'

/** Judges real grants of the last hours as a live start would, and records and posts nothing. */

/** Grants that are judged at most: a model may be asked about each. */
const JUDGED_MAX = 50
const FEEDS_MAX = 20

export interface TestRun {
  readonly samples: readonly FeedSample[]
  readonly judged: readonly Judged[]
  /** Grants found beyond those that were judged. */
  readonly left: number
}

/** `progress` is told in our own words. */
export async function testRun(
  ports: AssessPorts & Pick<Ports, 'auditFeed'>,
  input: {
    readonly tenantId: string
    readonly current: PolicyVersion
    readonly progress: (words: string) => Promise<void>
  },
): Promise<TestRun> {
  const { tenantId, current, progress } = input
  const { policy } = current
  const feeds = policy.feeds.filter(({ enabled }) => enabled).slice(0, FEEDS_MAX)
  const samples: FeedSample[] = []
  for (const feed of feeds) {
    await progress(`Reading feed ${samples.length + 1} of ${feeds.length}…`)
    samples.push(await sampleFeed(ports, { tenantId, feed, policy }))
  }
  const found = samples.flatMap((sample) => sample.grants)
  // What is to be judged blind is not judged here before anybody's eyes.
  const reviews = await ports.store.records.reviews.byIds(
    tenantId,
    found.map(({ id }) => id),
  )
  const blind = new Set(reviews.filter(isBlind).map(({ grantId }) => grantId))
  const grants = found
    .filter(({ id }) => !blind.has(id))
    .toSorted((one, other) => other.occurredAt - one.occurredAt)
  const chosen = grants.slice(0, JUDGED_MAX)
  const judged: Judged[] = []
  const live: PolicyVersion = {
    ...current,
    policy: { ...policy, mode: 'live', feeds: policy.feeds.map((feed) => ({ ...feed, shadow: false })) },
  }
  await progress(`Judging ${chosen.length} grants…`)
  await judgeAll(
    ports,
    { tenantId, policy: live, signal: new AbortController().signal },
    chosen.map((grant) => dueNow(grant, ports.clock.now())),
    async (portion) => {
      judged.push(...portion)
      await progress(`Judged ${judged.length} of ${chosen.length} grants…`)
    },
  )
  return { samples, judged, left: grants.length - chosen.length }
}

function dueNow(grant: Grant, now: number) {
  const { tenantId, id: grantId } = grant
  return {
    grant,
    item: { tenantId, grantId, dueAt: now, enqueuedAt: now, mode: 'live', attempts: 0 },
  } as const
}
