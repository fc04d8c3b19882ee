import type { Grant } from '../domain/grant.ts'
import type { Policy } from '../domain/policy.ts'
import type { Card, ReviewCase } from '../domain/review-case.ts'
import { type Ports, UpstreamError } from '../ports.ts'
import { loadCases } from './load-case.ts'

const CARDS_PER_RUN = 50
/** Slack's clock and ours may differ: look for a lost card from a little before the intent. */
const CLOCK_SLACK_MS = 2 * 60_000

type CardPorts = Pick<Ports, 'clock' | 'store' | 'desk' | 'log'>

export interface SyncInput {
  readonly tenantId: string
  readonly policy: Policy
  readonly signal: AbortSignal
}

/** Posts the cards that are missing and updates those that show an older version; answers with how many it touched. */
export async function syncCards(ports: CardPorts, input: SyncInput): Promise<number> {
  const { records } = ports.store
  const outdated = await records.cards.outdated(input.tenantId, CARDS_PER_RUN)
  const cases = await loadCases(
    records,
    input.tenantId,
    outdated.map((review) => review.grantId),
  )
  let failed: unknown = null
  let touched = 0
  for (const reviewCase of cases) {
    if (input.signal.aborted) break
    try {
      if (await syncCard(ports, input, reviewCase)) touched += 1
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      failed = error
      // Slack is away or slow for all of them; what it refuses for one card must not hold up the others.
      if (error.retryable) break
    }
  }
  if (failed !== null) throw failed
  return touched
}

async function syncCard(ports: CardPorts, input: SyncInput, reviewCase: ReviewCase): Promise<boolean> {
  const { review, card } = reviewCase
  if (review === null) return false
  if (card?.messageTs != null)
    return await updateCard(ports, { ...card, messageTs: card.messageTs }, reviewCase)
  const channel = card?.channel ?? channelFor(input.policy, reviewCase.grant)
  if (channel === null) return false
  const intent: Card = card ?? {
    tenantId: review.tenantId,
    grantId: review.grantId,
    channel,
    messageTs: null,
    intentAt: ports.clock.now(),
    renderedVersion: 0,
  }
  if (card === null) await ports.store.records.cards.put(intent)
  const found = card === null ? null : await findLostCard(ports, intent)
  // The message is remembered as showing nothing yet: the next turn brings it up to date.
  if (found !== null) {
    await ports.store.records.cards.put({ ...intent, messageTs: found })
    return await updateCard(ports, { ...intent, messageTs: found }, reviewCase)
  }
  const messageTs = await ports.desk.postCard(channel, { ...reviewCase, card: intent })
  await ports.store.records.cards.put({ ...intent, messageTs, renderedVersion: review.version })
  return true
}

function channelFor(policy: Policy, _grant: Grant): string | null {
  return policy.channels.review
}

/** A crash between posting and remembering leaves a card in the channel: adopt the first, neutralise the rest. */
async function findLostCard(ports: CardPorts, intent: Card): Promise<string | null> {
  const { tenantId, channel, grantId } = intent
  const found = await ports.desk.findCards({
    tenantId,
    channel,
    grantId,
    since: intent.intentAt - CLOCK_SLACK_MS,
  })
  const [first, ...surplus] = found ?? []
  for (const messageTs of surplus) await ports.desk.neutraliseCard({ tenantId, channel, messageTs, grantId })
  return first ?? null
}

async function updateCard(
  ports: CardPorts,
  card: Card & { readonly messageTs: string },
  reviewCase: ReviewCase,
): Promise<boolean> {
  if (reviewCase.review === null) return false
  const outcome = await ports.desk.updateCard(card, reviewCase)
  if (outcome === 'gone') {
    // Somebody deleted the message: the review still needs its card.
    await ports.store.records.cards.put({
      ...card,
      messageTs: null,
      intentAt: ports.clock.now(),
      renderedVersion: 0,
    })
    return true
  }
  await ports.store.records.cards.put({ ...card, renderedVersion: reviewCase.review.version })
  return true
}
