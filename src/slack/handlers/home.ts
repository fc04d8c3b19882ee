import { STATE_LABELS } from '../../domain/review.ts'
import type { OpenOutcome } from '../../workflows/open-case.ts'
import type { SwitchOutcome } from '../../workflows/switch-mode.ts'
import { type Acknowledge, acknowledge, atBoundary, type HandlerPorts } from '../boundary.ts'
import { HOME_ACTIONS } from '../ids.ts'
import { type Press, parseGrantId } from '../payloads.ts'
import { deafIn } from '../scopes.ts'
import { closedHome, homeView } from '../views/home.ts'
import { explainInModal } from './explanations.ts'
import { mayRead, READERS_ONLY } from './reading.ts'

interface HomePress {
  readonly tenantId: string
  readonly press: Press
  readonly ack: Acknowledge
}

const SWITCH_SENTENCES: Readonly<Record<SwitchOutcome['kind'], string>> = {
  switched: 'The mode is switched.',
  'not-admin': 'Only policy admins can switch the mode.',
  pinned: 'The environment pins the mode: change MODE and restart.',
  unchanged: 'The mode was switched already.',
}

/** Everything on the page, computed now. */
export async function publishHome(
  ports: HandlerPorts,
  who: { readonly tenantId: string; readonly userId: string },
  notice: string | null = null,
): Promise<void> {
  if (!(await mayRead(ports, who))) return await ports.talk.publishHome(who.userId, closedHome(READERS_ONLY))
  const overview = await ports.useCases.overview(who.tenantId, who.userId)
  const { teamUrl, scopes } = await ports.identity()
  const { proposals } = await ports.useCases.tuning.desk({ ...who, slackUserId: who.userId })
  const options = { teamUrl, notice, deafIn: deafIn(scopes), proposals }
  await ports.talk.publishHome(who.userId, homeView(overview, options))
}

export async function onHomePress(ports: HandlerPorts, input: HomePress): Promise<void> {
  const { press, tenantId } = input
  const grantId = parseGrantId(press.value)
  if (press.actionId === HOME_ACTIONS.explain && grantId !== null)
    return await explainInModal(ports, { ...input, grantId })
  await acknowledge(ports.log, input.ack)
  const who = { tenantId, userId: press.userId }
  const tell = (view: Parameters<typeof ports.talk.tell>[1]): Promise<void> =>
    ports.talk.tell({ userId: press.userId, channel: null }, view)
  await atBoundary(ports.log, { what: press.actionId, tell }, async () => {
    await publishHome(ports, who, await outcomeOf(ports, input, grantId))
  })
}

async function outcomeOf(
  ports: HandlerPorts,
  input: HomePress,
  grantId: string | null,
): Promise<string | null> {
  const { tenantId, press } = input
  const slackUserId = press.userId
  if (press.actionId === HOME_ACTIONS.goLive || press.actionId === HOME_ACTIONS.goShadow) {
    const mode = press.actionId === HOME_ACTIONS.goLive ? 'live' : 'shadow'
    return SWITCH_SENTENCES[(await ports.useCases.switchMode({ tenantId, slackUserId, mode })).kind]
  }
  if (press.actionId === HOME_ACTIONS.openReview && grantId !== null)
    return openSentence(await ports.useCases.openShadowCase({ tenantId, grantId, slackUserId }))
  return null
}

function openSentence(outcome: OpenOutcome): string {
  if (outcome.kind === 'opened') return 'The review is open: its card comes in a moment.'
  if (outcome.kind === 'not-allowed') return 'Only reviewers and policy admins can open a review.'
  return outcome.state === null
    ? 'There is no such case any more.'
    : `It is ${STATE_LABELS[outcome.state]} already.`
}
