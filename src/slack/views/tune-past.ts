import type { KnownBlock } from '@slack/types'
import type { Flagged, Flip, Standing } from '../../domain/backtest.ts'
import { partyLabel } from '../../domain/party.ts'
import { BACKTEST_DAYS, type BacktestReport } from '../../workflows/backtest.ts'
import type { Past } from '../../workflows/policy-preview.ts'
import { code, link, moment, prose } from '../mrkdwn.ts'
import { context, divider, header, section } from './blocks.ts'
import { cardUrl } from './case-text.ts'
import { BAND_WORDS, count } from './words.ts'

/** What a change would have made of the past, within a modal. */

const NAME_MAX = 60
const SOURCES_SHOWN = 12
const TEXT_MAX = 2_900
const BLOCKS_MAX = 30

export function pastBlocks(past: Past | null, teamUrl: string | null): KnownBlock[] {
  const title = header(`The last ${BACKTEST_DAYS} days by these settings`)
  if (past === null) return [divider(), title, section('Looking at every grant that was judged…')]
  const { report, cards } = past
  const lines = report.flips.map((flip) => flipLine(flip, cardUrl(teamUrl, cards.get(flip.grantId) ?? null)))
  const left = report.flipsTotal - report.flips.length
  return [
    divider(),
    title,
    section(summary(report)),
    ...sourceBlocks(report),
    ...(lines.length === 0
      ? []
      : [section(`*${count(report.flipsTotal, 'case', 'cases')} would come out otherwise*`)]),
    ...inSections(lines),
    context(
      `${left > 0 ? `…and ${left} more. ` : ''}Scores and the model’s answers are those of the time; floors, thresholds, tiers, exceptions, people and domains are measured anew.${report.isComplete ? '' : ' There were more grants than were looked at.'}`,
    ),
  ]
}

function summary(report: BacktestReport): string {
  const { grants, before, after, letThrough, newlyAsked, undoesRevokes } = report
  const warning =
    undoesRevokes === 0
      ? ''
      : `\n:rotating_light: *${count(undoesRevokes, 'grant that people revoked', 'grants that people revoked')} would have passed unseen.*`
  return `${count(grants, 'grant', 'grants')}. Asked about: *${total(before)}* before (${bands(before)}), *${total(after)}* by these settings (${bands(after)}). ${letThrough} no longer asked about, ${newlyAsked} asked about only now.${warning}`
}

function total(flagged: Flagged): number {
  return flagged.low + flagged.medium + flagged.high
}

function bands({ low, medium, high }: Flagged): string {
  return `${high} high, ${medium} medium${low === 0 ? '' : `, ${low} low`}`
}

function sourceBlocks({ bySource }: BacktestReport): KnownBlock[] {
  if (bySource.length < 2) return []
  const lines = bySource
    .slice(0, SOURCES_SHOWN)
    .map(
      ({ source, before, after }) =>
        `• ${code(source, NAME_MAX)}: ${total(before)} (${bands(before)}) → ${total(after)} (${bands(after)})`,
    )
  return [section(lines.join('\n'))]
}

const DECIDED = { approve: ', approved then', revoke: ', *revoked then*' } as const

function flipLine(flip: Flip, url: string | null): string {
  const { grant, before, after, decided } = flip
  const name = url === null ? `*${flip.code}*` : link(url, flip.code)
  const facts = `${prose(partyLabel(grant.grantee), NAME_MAX)}, ${prose(grant.role.name, NAME_MAX)}, ${moment(grant.occurredAt)}`
  const known = flip.alreadyInForce ? ', as by the version in force' : ''
  const was = decided === null ? '' : DECIDED[decided]
  return `• ${name} ${facts}: ${standingWords(before)}${was} → ${standingWords(after)}${known}`
}

function standingWords({ band, isFlagged }: Standing): string {
  if (!isFlagged) return 'not asked about'
  return band === 'low' ? 'asked about though low' : BAND_WORDS[band].toLowerCase()
}

/** As many lines to a section as it holds. */
function inSections(lines: readonly string[]): KnownBlock[] {
  const texts: string[] = []
  for (const line of lines) {
    const last = texts.at(-1)
    if (last !== undefined && last.length + line.length + 1 <= TEXT_MAX)
      texts[texts.length - 1] = `${last}\n${line}`
    else texts.push(line)
  }
  return texts.slice(0, BLOCKS_MAX).map((text) => section(text))
}
