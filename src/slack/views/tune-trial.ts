import type { KnownBlock, ModalView } from '@slack/types'
import { directionOf, type Grant } from '../../domain/grant.ts'
import { partyLabel } from '../../domain/party.ts'
import type { Preview } from '../../workflows/policy-preview.ts'
import type { Rescored } from '../../workflows/rescore-sample.ts'
import { type FeedComparison, type FeedSample, SAMPLE_HOURS } from '../../workflows/sample-feeds.ts'
import type { TestRun } from '../../workflows/test-run.ts'
import { HOME_ACTIONS, TUNE_ACTIONS } from '../ids.ts'
import { code, linesWithin, moment, prose } from '../mrkdwn.ts'
import { actions, button, context, header, plainText, section } from './blocks.ts'
import { GO_LIVE } from './home-words.ts'
import { BAND_WORDS, count } from './words.ts'

/** What a change, or going live, does to real grants and events: tried, never recorded. */

const LINES_MAX = 1_400
const NAME_MAX = 60
const REASON_MAX = 80
const DIFFERENCES_SHOWN = 40
const FEEDS_SHOWN = 12

/** How far a trial came. */
export type Trial =
  | { readonly kind: 'running'; readonly words: string }
  | { readonly kind: 'rescored'; readonly result: Rescored }
  | { readonly kind: 'compared'; readonly result: readonly FeedComparison[] }

const more = (left: number): string => `…and ${left} more`

export function trialBlocks({ draftId, trials }: Preview, trial: Trial | null): KnownBlock[] {
  const { rescore, feeds } = trials
  const buttons = [
    ...(rescore === null || rescore.questions === 0
      ? []
      : [
          button({
            text: `Ask the model about ${rescore.questions} grants`,
            actionId: TUNE_ACTIONS.tryPrompt,
            value: draftId,
          }),
        ]),
    ...(feeds
      ? [button({ text: 'Try it on real events', actionId: TUNE_ACTIONS.tryFeeds, value: draftId })]
      : []),
  ]
  const cost =
    rescore === null || rescore.questions === 0
      ? []
      : [context(`Asking takes about ${rescore.tokens} tokens, by what such answers took so far.`)]
  if (trial === null) return buttons.length === 0 ? [] : [actions(buttons), ...cost]
  const shown = trial.kind === 'running' ? [section(`:hourglass: ${trial.words}`)] : resultBlocks(trial)
  return trial.kind === 'running' ? shown : [...shown, actions(buttons)]
}

function resultBlocks(trial: Exclude<Trial, { kind: 'running' }>): KnownBlock[] {
  return trial.kind === 'rescored' ? rescoredBlocks(trial.result) : comparedBlocks(trial.result)
}

function rescoredBlocks(result: Rescored): KnownBlock[] {
  const { questions, answered, agreed, tokens, differences } = result
  const lines = differences
    .slice(0, DIFFERENCES_SHOWN)
    .map(
      (one) =>
        `• *${one.code}*: ${BAND_WORDS[one.before].toLowerCase()} → ${BAND_WORDS[one.after].toLowerCase()}`,
    )
  const silent = questions - answered
  return [
    section(
      `*The model by these settings*\n${answered} of ${questions} answered${silent === 0 ? '' : ` (${silent} without an answer)`}, ${agreed} with the band of before: ${percent(agreed, answered)} agreement. ${tokens} tokens were used.${lines.length === 0 ? '' : `\n${linesWithin(lines, LINES_MAX, more)}`}`,
    ),
  ]
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'no' : `${Math.round((100 * part) / whole)}%`
}

function comparedBlocks(comparisons: readonly FeedComparison[]): KnownBlock[] {
  if (comparisons.length === 0) return [section('No feed is read otherwise.')]
  return comparisons.slice(0, FEEDS_SHOWN).map(({ feedId, before, after, gained, lost }) => {
    const lines = [
      `${before === null ? 'not read before' : `before: ${coverage(before)}`}`,
      `${after === null ? 'not read any more' : `by these settings: ${coverage(after)}`}`,
      `*${count(gained.length, 'grant', 'grants')} gained*`,
      ...gained.map(grantLine),
      `*${count(lost.length, 'grant', 'grants')} lost*`,
      ...lost.map(grantLine),
    ]
    return section(
      `*${prose(feedId, NAME_MAX)}*, events of the last ${SAMPLE_HOURS} hours\n${linesWithin(lines, LINES_MAX, more)}`,
    )
  })
}

function coverage(sample: FeedSample): string {
  const { events, understood, skipped, grants, isCut } = sample
  const why = skipped.map(({ reason, events: number }) => `${prose(reason, REASON_MAX)} ${number}`).join(', ')
  return `${count(events, 'event', 'events')}${isCut ? ' (there are more)' : ''}, ${understood} understood, ${count(grants.length, 'grant', 'grants')}${why === '' ? '' : `; passed over: ${why}`}`
}

function grantLine(grant: Grant): string {
  const what = directionOf(grant.kind) === 'given' ? 'was given' : 'is about'
  return `• ${prose(partyLabel(grant.grantee), NAME_MAX)} ${what} ${prose(grant.role.name, NAME_MAX)}, ${moment(grant.occurredAt)}`
}

/** A test run while it goes on. */
export function testRunning(externalId: string, words: string): ModalView {
  return {
    type: 'modal',
    external_id: externalId,
    title: plainText('Test run'),
    close: plainText('Close'),
    blocks: [
      section('Real events of your feeds, judged as a live start would. Nothing is posted or recorded.'),
      section(`:hourglass: ${words}`),
    ],
  }
}

/** What a live start would have done with the events of the last hours. */
export function testRunModal(
  externalId: string,
  run: TestRun,
  options: { readonly mayGoLive: boolean },
): ModalView {
  const asked = run.judged.filter(({ assessment }) => assessment.disposition === 'review')
  const waiting = run.judged.filter(({ assessment }) => assessment.disposition === 'waiting')
  const passed = run.judged.length - asked.length - waiting.length
  const waits = waiting.length === 0 ? '' : `, ${waiting.length} would wait for the model`
  const lines = asked.map(
    ({ grant, assessment }) => `${grantLine(grant)}: *${BAND_WORDS[assessment.verdict.band].toLowerCase()}*`,
  )
  return {
    type: 'modal',
    external_id: externalId,
    title: plainText('Test run'),
    close: plainText('Close'),
    blocks: [
      header(`The last ${SAMPLE_HOURS} hours, as if live`),
      section(
        run.samples.length === 0
          ? 'No feed is read.'
          : linesWithin(
              run.samples.map((sample) => `• ${code(sample.feedId, NAME_MAX)}: ${coverage(sample)}`),
              LINES_MAX,
              more,
            ),
      ),
      section(
        `Of ${count(run.judged.length, 'grant', 'grants')} people would be asked about *${asked.length}*, ${passed} would be let through${waits}.${run.left > 0 ? ` ${run.left} more were not judged.` : ''}`,
      ),
      ...(lines.length === 0 ? [] : [section(linesWithin(lines, LINES_MAX, more))]),
      ...(options.mayGoLive
        ? [
            actions([
              button({ text: 'Go live', actionId: HOME_ACTIONS.goLive, style: 'primary', confirm: GO_LIVE }),
            ]),
          ]
        : []),
      context('Nothing was posted or recorded.'),
    ],
  }
}
