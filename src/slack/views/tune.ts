import type { KnownBlock } from '@slack/types'
import { NOT_YET_IN_EFFECT, type Policy, type PolicyFeed, type PolicyVersion } from '../../domain/policy.ts'
import { TUNE_ACTIONS } from '../ids.ts'
import { channelLink, code, linesWithin, mention, moment, prose } from '../mrkdwn.ts'
import { actions, button, context, header, type MessageView, section } from './blocks.ts'
import { count } from './words.ts'

/** Together below what Slack takes in one message. */
const SECTION_MAX = 750
const LIST_SHOWN = 8
const VALUE_MAX = 120
const REASON_MAX = 300

const TITLES: Readonly<Record<keyof Policy, string>> = {
  mode: 'Mode',
  scorer: 'Scorer',
  timezone: 'Time zone',
  feeds: 'Feeds',
  channels: 'Channels',
  people: 'People',
  identities: 'Identities',
  roles: 'Roles',
  thresholds: 'Thresholds (score of 100)',
  floors: 'Floors: at least this band',
  exceptions: 'Expected-grant exceptions',
  models: 'Models',
  prompts: 'Prompts',
  redactedFields: 'Fields redacted before the model sees them',
  autoResolve: 'Letting through',
  deadlines: 'Deadlines',
  learning: 'Learning',
  retention: 'Retention',
  threads: 'Answers in threads',
  customPresets: 'Custom presets',
}

/** The policy in force, every setting by the name that a policy file uses. */
export function tuneView(current: PolicyVersion): MessageView {
  const { policy } = current
  const text = `Policy version ${current.version}`
  const single: string[] = []
  const sections: KnownBlock[] = []
  for (const key of keysOf(policy)) {
    const value: unknown = policy[key]
    if (isGroup(value)) sections.push(section(groupText(TITLES[key], groupLines(key, value))))
    else if (key === 'feeds') sections.push(section(groupText(TITLES[key], policy.feeds.map(feedLine))))
    else if (key === 'exceptions') sections.push(section(groupText(TITLES[key], exceptionLines(policy))))
    else single.push(`• ${TITLES[key]}: ${valueText(key, value)}${effectMark(key)}`)
  }
  const saved = `Saved by ${mention(current.author)} ${moment(current.savedAt)}: ${prose(current.reason, REASON_MAX)}`
  return {
    text,
    blocks: [
      header(text),
      context(saved),
      section(linesWithin(single, SECTION_MAX * 2, more)),
      ...sections,
      actions([button({ text: 'Open the settings', actionId: TUNE_ACTIONS.open, style: 'primary' })]),
      context('Or edit a file: `npm run policy -- export`, then `import FILE`. Each save is a new version.'),
    ],
  }
}

function keysOf(policy: Policy): readonly (keyof Policy)[] {
  const known: readonly string[] = Object.keys(TITLES)
  return (Object.keys(policy) as (keyof Policy)[]).filter((key) => known.includes(key))
}

type Group = Readonly<Record<string, unknown>>

function isGroup(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function groupText(title: string, lines: readonly string[]): string {
  return `*${title}*\n${linesWithin(lines.length === 0 ? ['none'] : lines, SECTION_MAX, more)}`
}

function more(left: number): string {
  return `…and ${left} more`
}

function groupLines(key: string, group: Group): readonly string[] {
  return Object.entries(group).map(([name, value]) => {
    const path = `${key}.${name}`
    return `• \`${name}\` ${valueText(path, value)}${effectMark(path)}`
  })
}

function effectMark(path: string): string {
  return NOT_YET_IN_EFFECT.includes(path) ? ' _(not yet in effect)_' : ''
}

function valueText(path: string, value: unknown): string {
  if (value === null || value === undefined) return path.startsWith('prompts.') ? 'built in' : 'not set'
  if (Array.isArray(value)) return listText(path, value)
  if (typeof value === 'string' && path.startsWith('prompts.'))
    return `the team’s own, ${count(value.length, 'character', 'characters')}`
  return itemText(path, value)
}

function listText(path: string, values: readonly unknown[]): string {
  if (values.length === 0) return 'none'
  if (values.some((value) => typeof value === 'object')) return count(values.length, 'entry', 'entries')
  const shown = values.slice(0, LIST_SHOWN).map((value) => itemText(path, value))
  return values.length > shown.length
    ? `${shown.join(', ')} ${more(values.length - shown.length)}`
    : shown.join(', ')
}

function itemText(path: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value !== 'string') return code(String(value), VALUE_MAX)
  if (path === 'people.reviewers' || path === 'people.policyAdmins' || path === 'people.readers')
    return mention(value)
  if (path === 'channels.review' || path === 'channels.escalation') return channelLink(value)
  return code(value, VALUE_MAX)
}

function feedLine(feed: PolicyFeed): string {
  const notes = [
    feed.enabled ? null : 'switched off',
    feed.shadow ? 'shadow' : null,
    feed.conditions.length === 0 ? null : count(feed.conditions.length, 'condition', 'conditions'),
  ].filter((note) => note !== null)
  const marks = notes.length === 0 ? '' : ` (${notes.join(', ')})`
  return `• ${code(feed.id, VALUE_MAX)}: ${code(feed.preset, VALUE_MAX)} in ${code(feed.dataset, VALUE_MAX)}${marks}`
}

function exceptionLines(policy: Policy): readonly string[] {
  return policy.exceptions.map((one) => {
    const who = one.grantee === null ? 'anybody' : code(one.grantee, VALUE_MAX)
    const what = one.role === null ? 'any role' : code(one.role, VALUE_MAX)
    return `• ${who}, ${what} until ${moment(Date.parse(one.expiresAt))}: ${prose(one.reason, VALUE_MAX)}`
  })
}
