import type { HomeView, KnownBlock } from '@slack/types'
import type { Share } from '../../domain/quality.ts'
import type { ReviewCase } from '../../domain/review-case.ts'
import { type FeedHealth, type Overview, QUALITY_DAYS } from '../../workflows/overview.ts'
import type { OpenProposal } from '../../workflows/tune-policy.ts'
import { HOME_ACTIONS, TUNE_ACTIONS } from '../ids.ts'
import { code, linesWithin, link, moment, prose } from '../mrkdwn.ts'
import { actions, button, context, divider, header, section } from './blocks.ts'
import { cardUrl, caseLine, decisionLine, stateWords } from './case-text.ts'
import { GO_LIVE } from './home-words.ts'
import { proposalBlocks } from './tune-modals.ts'
import { count, duration } from './words.ts'

/** Together far below the 100 blocks that Slack takes. */
const PENDING_SHOWN = 10
const DECIDED_SHOWN = 6
const UNASKED_SHOWN = 8
const SETUP_SHOWN = 10
const PROPOSALS_SHOWN = 3
const LINES_MAX = 2_500
const ALARM_MAX = 400
const ERROR_MAX = 200

export interface HomeOptions {
  readonly teamUrl: string | null
  /** What the person's last click on this page came to, in our words. */
  readonly notice: string | null
  /** Changes of the policy that wait for a second person. */
  readonly proposals: readonly OpenProposal[]
  /** Where only mentions are answered, for want of a scope; null when everything is heard. */
  readonly deafIn: string | null
}

/** All of it is computed afresh from the store, for one person. */
export function homeView(overview: Overview, options: HomeOptions): HomeView {
  return {
    type: 'home',
    blocks: [
      ...(options.notice === null ? [] : [section(`:information_source: ${options.notice}`)]),
      ...alarmBlocks(overview),
      ...modeBlocks(overview),
      ...options.proposals.slice(0, PROPOSALS_SHOWN).flatMap(proposalBlocks),
      ...setupBlocks(overview),
      ...(options.deafIn === null ? [] : [context(deafText(options.deafIn))]),
      divider(),
      ...pendingBlocks(overview, options.teamUrl),
      ...decidedBlocks(overview),
      ...unaskedBlocks(overview),
      divider(),
      ...qualityBlocks(overview),
      ...healthBlocks(overview),
      context(`As of ${moment(overview.at)}. \`/grants help\` lists the commands.`),
    ],
  }
}

function alarmBlocks({ alarms }: Overview): KnownBlock[] {
  if (alarms.length === 0) return []
  const lines = alarms.map((alarm) => `• ${prose(alarm.text, ALARM_MAX)} (since ${moment(alarm.since)})`)
  return [section(`:rotating_light: *Alarms*\n${linesWithin(lines, LINES_MAX, more)}`)]
}

function modeBlocks(overview: Overview): KnownBlock[] {
  const isLive = overview.mode === 'live'
  const words = isLive
    ? '*Live*: people are asked about unusual grants.'
    : '*Shadow*: everything is computed and shown here, and nobody is asked.'
  const pinned = overview.modePinned ? ' The environment pins this mode.' : ''
  const scorer =
    overview.scorerModel === null ? 'rules only, no model' : `the model ${code(overview.scorerModel, 100)}`
  const test = button({ text: 'Test run', actionId: TUNE_ACTIONS.testRun })
  const settings = button({ text: 'Settings', actionId: TUNE_ACTIONS.open })
  const refresh = button({ text: 'Refresh', actionId: HOME_ACTIONS.refresh })
  const switchTo = isLive
    ? button({ text: 'Back to shadow', actionId: HOME_ACTIONS.goShadow })
    : button({ text: 'Go live', actionId: HOME_ACTIONS.goLive, style: 'primary', confirm: GO_LIVE })
  const maySwitch = overview.isPolicyAdmin && !overview.modePinned
  return [
    header('Countersign'),
    section(`${words}${pinned}\nScored by ${scorer}. ${weekText(overview)}`),
    actions([...(maySwitch ? [switchTo] : []), ...(overview.isPolicyAdmin ? [test] : []), settings, refresh]),
  ]
}

function weekText({ week }: Overview): string {
  const shadow = week.shadow === 0 ? '' : `${week.shadow} in shadow, `
  return `Last seven days: ${count(week.grants, 'grant', 'grants')}, ${week.letThrough} let through, ${shadow}${week.asked} asked about, ${week.approved} approved, ${week.revoked} revoked.`
}

function deafText(where: string): string {
  return `:warning: In ${where} only mentions are answered: the history scopes are not granted. Reinstall the app from its manifest, or leave it so.`
}

const STEP_MARKS = { done: ':white_check_mark:', open: ':white_circle:', faulty: ':warning:' } as const

function setupBlocks({ setup }: Overview): KnownBlock[] {
  // Once all is done the list has nothing to say.
  if (setup.every((step) => step.state === 'done')) return []
  const lines = setup
    .slice(0, SETUP_SHOWN)
    .map(
      (step) =>
        `${STEP_MARKS[step.state]} ${prose(step.title, 100)}${step.todo === null ? '' : `: ${prose(step.todo, 250)}`}`,
    )
  return [section(`*Setting up*\n${linesWithin(lines, LINES_MAX, more)}`)]
}

function pendingBlocks({ pending }: Overview, teamUrl: string | null): KnownBlock[] {
  const title =
    pending.total === 0
      ? 'Nothing waits for people'
      : `${count(pending.total, 'review waits', 'reviews wait')} for people`
  const shown = pending.cases.slice(0, PENDING_SHOWN)
  const left = pending.total - shown.length
  return [
    header(title),
    ...shown.map((one) => caseSection(one, cardUrl(teamUrl, one.card))),
    ...(left > 0 ? [context(`…and ${left} more: \`/grants pending\``)] : []),
    ...(pending.waitingForModel > 0
      ? [context(`${count(pending.waitingForModel, 'grant waits', 'grants wait')} for the model’s answer.`)]
      : []),
  ]
}

function caseSection(reviewCase: ReviewCase, url: string | null): KnownBlock {
  const where = url === null ? '' : ` · ${link(url, 'open the card')}`
  const explain = button({ text: 'Explain', actionId: HOME_ACTIONS.explain, value: reviewCase.grant.id })
  return section(`${caseLine(reviewCase)}\n${stateWords(reviewCase.review)}${where}`, explain)
}

function decidedBlocks({ decided }: Overview): KnownBlock[] {
  if (decided.length === 0) return []
  return [
    header('Newest decisions'),
    ...decided
      .slice(0, DECIDED_SHOWN)
      .map(({ decision, reviewCase }) => section(`${caseLine(reviewCase)}\n${decisionLine(decision)}`)),
  ]
}

function unaskedBlocks({ unasked, isReviewer, isPolicyAdmin }: Overview): KnownBlock[] {
  if (unasked.length === 0) return []
  const mayOpen = isReviewer || isPolicyAdmin
  return [
    header('Nobody was asked about'),
    ...unasked.slice(0, UNASKED_SHOWN).map((one) => {
      const open = button({ text: 'Open as review', actionId: HOME_ACTIONS.openReview, value: one.grant.id })
      const explain = button({ text: 'Explain', actionId: HOME_ACTIONS.explain, value: one.grant.id })
      return section(`${caseLine(one)}\n${stateWords(one.review)}`, mayOpen ? open : explain)
    }),
  ]
}

function qualityBlocks({ quality }: Overview): KnownBlock[] {
  const { precision, misses, overrides } = quality
  const lines = [
    shareLine(precision.high, 'high reviews', 'were revoked'),
    shareLine(precision.medium, 'medium reviews', 'were revoked'),
    shareLine(misses, 'blind samples of what is let through', 'were revoked'),
    shareLine(overrides, 'decisions on which the model advised', 'went against it'),
  ].filter((line) => line !== null)
  if (lines.length === 0) return []
  return [section(`*Quality*, decided in the last ${QUALITY_DAYS} days\n${lines.join('\n')}`)]
}

function shareLine(share: Share, of: string, what: string): string | null {
  if (share.interval === null) return null
  const percent = (value: number): string => `${Math.round(value * 100)}%`
  const [least, most] = share.interval
  return `• Of ${share.whole} ${of}, ${share.part} ${what}: ${percent(share.part / share.whole)} (95% interval ${percent(least)} to ${percent(most)})`
}

function healthBlocks(overview: Overview): KnownBlock[] {
  const feeds = overview.feeds.map(feedLine)
  const lanes = overview.outbox.filter((lane) => lane.waiting > 0).map((lane) => laneLine(lane, overview.at))
  const feedText = feeds.length === 0 ? 'No feed is set up.' : linesWithin(feeds, LINES_MAX, more)
  const laneText = lanes.length === 0 ? 'Everything is delivered.' : linesWithin(lanes, LINES_MAX, more)
  return [section(`*Feeds*\n${feedText}`), section(`*Deliveries*\n${laneText}`)]
}

function feedLine(feed: FeedHealth): string {
  const name = `${prose(feed.title, 60)} ${code(feed.feedId, 90)}`
  if (feed.state === null) return `• ${name}: not read yet`
  if (feed.state.lastError !== null) return `• :warning: ${name}: ${prose(feed.state.lastError, ERROR_MAX)}`
  const age = feed.lastPollAgeMs === null ? 'never read' : `read ${duration(feed.lastPollAgeMs)} ago`
  const share = feed.backfillShare === null ? '' : ` (${Math.round(feed.backfillShare * 100)}%)`
  const history = feed.state.backfilled ? '' : `, reading its history${share}`
  return `• ${name}: ${age}, ${count(feed.state.grantsFound, 'grant', 'grants')} of ${count(feed.state.eventsRead, 'event', 'events')}${history}`
}

function laneLine(lane: Overview['outbox'][number], at: number): string {
  const age = lane.oldestAt === null ? '' : `, the oldest for ${duration(at - lane.oldestAt)}`
  const error = lane.lastError === null ? '' : `: ${prose(lane.lastError, ERROR_MAX)}`
  return `• ${lane.lane}: ${lane.waiting} waiting${age}${error}`
}

function more(left: number): string {
  return `…and ${left} more`
}

/** For those who may not look. */
export function closedHome(sentence: string): HomeView {
  return { type: 'home', blocks: [header('Countersign'), section(sentence)] }
}
