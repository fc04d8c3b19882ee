import { ANALYST_FRAME, DEFAULT_ANALYST_BODY } from './analyst-prompt.ts'
import {
  channelField,
  choiceField,
  choicesField,
  lineField,
  linesField,
  numberField,
  type PolicyField,
  peopleFields,
  switchField,
  textField,
} from './policy-field.ts'
import {
  aliasesField,
  conditionsField,
  exceptionsField,
  feedsField,
  presetsField,
  routesField,
  tiersField,
} from './policy-lines.ts'
import { newExceptionFields } from './policy-new-exception.ts'
import { DEFAULT_SCORING_BODY, SCORING_FRAME } from './scoring-prompt.ts'

/** Every setting that `/grants tune` edits, section by section: one table for forms, read-only pages and checks. */

export interface PolicySection {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly fields: readonly PolicyField[]
  /** Fixed text that a field's text is put into. */
  readonly frame?: string
}

const BAND_NAMES = { low: 'Low: the floor is off', medium: 'Medium', high: 'High' }
const floor = (id: string, label: string, help: string): PolicyField =>
  choiceField(`floors.${id}`, { label: `Floor: ${label}`, help }, BAND_NAMES)

const DAY_NAMES = {
  1: 'Monday',
  2: 'Tuesday',
  3: 'Wednesday',
  4: 'Thursday',
  5: 'Friday',
  6: 'Saturday',
  0: 'Sunday',
}

const REDACTABLE = {
  emails: 'E-mail addresses',
  names: 'Names',
  ip: 'IP addresses',
  userAgent: 'User agents',
  justification: 'Justifications',
  ticket: 'Tickets',
}

export const POLICY_SECTIONS: readonly PolicySection[] = [
  {
    id: 'thresholds',
    title: 'Thresholds and floors',
    about:
      'From which score people are asked, and what is never less than medium or high whatever score and model say.',
    fields: [
      numberField('thresholds.medium', 'Medium from', 'Score of 100 from which a person is asked. 1 to 99.'),
      numberField(
        'thresholds.high',
        'High from',
        'Score of 100 from which it is urgent. Above medium, up to 100.',
      ),
      floor('standing_t0', 'standing T0 role', 'A role over the whole organisation, given without an end.'),
      floor('self_grant', 'self-grant', 'Somebody gave a role to themselves, by any of their identities.'),
      floor('break_glass', 'break-glass', 'The account or role is listed as break-glass.'),
      floor('outside_path', 'outside the sanctioned path', 'For example given outside PIM.'),
      floor('external_grantee', 'external grantee', 'The grantee is a guest or has an address elsewhere.'),
      floor('regrant_after_revoke', 'given again after a revoke', 'A reviewer revoked the same role before.'),
      floor('fresh_grantor', 'fresh grantor', 'The grantor got this much power within the last 24 hours.'),
      floor('control_weakened', 'control weakened', 'A safeguard was switched off or loosened.'),
    ],
  },
  {
    id: 'roles',
    title: 'Role tiers',
    about: 'How far roles reach, where the team sees it otherwise than the built-in catalogue.',
    fields: [tiersField],
  },
  {
    id: 'exceptions',
    title: 'Expected grants',
    about: 'Who may be given what, why, who answers for it and until when.',
    fields: [exceptionsField, ...newExceptionFields],
  },
  {
    id: 'identities',
    title: 'Identities and privacy',
    about: 'Who is one person, who belongs to the company, what is break-glass, what the model never sees.',
    fields: [
      aliasesField,
      linesField(
        'identities.companyDomains',
        'Company domains',
        'One a line, e.g. example.com. Addresses elsewhere count as external.',
      ),
      linesField(
        'roles.breakGlass',
        'Break-glass accounts and roles',
        'Ids, addresses or role names, one a line; * stands for any characters.',
      ),
      choicesField(
        'redactedFields',
        { label: 'Redacted before the model sees them', help: 'The evidence stays; the texts are left out.' },
        REDACTABLE,
      ),
    ],
  },
  {
    id: 'times',
    title: 'Times and deadlines',
    about: 'When the team works, and how long things may take.',
    fields: [
      lineField('timezone', 'Time zone', 'IANA name such as Europe/Berlin.', false),
      choicesField(
        'deadlines.businessDays',
        { label: 'Business days', help: 'Deadlines count on these.' },
        DAY_NAMES,
        Number,
      ),
      lineField('deadlines.businessStart', 'Day begins', 'Time of day such as 09:00.', false),
      lineField('deadlines.businessEnd', 'Day ends', 'Time of day such as 18:00.', false),
      linesField('deadlines.holidays', 'Holidays', 'Dates as 2026-12-25, one a line.'),
      numberField('deadlines.mediumHours', 'Medium: hours to decide', 'Business hours, 0.25 to 720.'),
      numberField('deadlines.highHours', 'High: hours to decide', 'Business hours, 0.25 to 720.'),
      choiceField(
        'deadlines.undecidedT0',
        { label: 'A T0 role nobody decided on', help: 'What happens at its deadline.' },
        { escalate: 'Escalate again', 'request-revoke': 'Request the revoke' },
      ),
      numberField('deadlines.confirmRevokeMinutes', 'Minutes until a revoke is overdue', '1 to 10080.'),
      numberField('deadlines.reopenMinutes', 'Minutes to reopen a decision', '0 to 10080.'),
      numberField('learning.historyDays', 'Days of history', 'How far a new feed is read back, 1 to 3650.'),
      numberField(
        'learning.learningDays',
        'Days of learning',
        'For so long new things in a new feed count for nothing, 0 to 365.',
      ),
    ],
  },
  {
    id: 'people',
    title: 'People',
    about: 'Who decides, who may change this policy, who may look.',
    fields: [
      ...peopleFields('people.reviewers', { label: 'Reviewers', help: 'Only they decide.' }),
      ...peopleFields('people.policyAdmins', {
        label: 'Policy admins',
        help: 'Only they save changes here.',
      }),
      ...peopleFields('people.readers', { label: 'Readers', help: 'Who may look as well.' }),
      choiceField(
        'people.twoPersonRule',
        { label: 'Two-person rule', help: 'Whether loosening this policy needs a second person.' },
        { 'two-people': 'Two people', 'single-recorded': 'One person is enough, and it is recorded' },
      ),
    ],
  },
  {
    id: 'feeds',
    title: 'Feeds and sources',
    about: 'What is read from Axiom, and how events of sources that are not built in are understood.',
    fields: [feedsField, conditionsField, presetsField],
  },
  {
    id: 'scoring',
    title: 'Scoring: model, prompt',
    about:
      'Which model judges grants, by which words, and what it may use. Its key comes from the environment.',
    frame: SCORING_FRAME,
    fields: [
      choiceField(
        'scorer',
        { label: 'Scorer', help: 'Rules alone, or rules and a model within fixed bounds.' },
        { rules: 'Rules alone', model: 'Rules and model' },
      ),
      lineField('models.scoring', 'Model for scoring', 'Its name at the provider. Empty: none is chosen.'),
      textField(
        'prompts.scoring',
        {
          label: 'Prompt for scoring',
          help: 'The whole body, up to 8000 characters. Empty: the built-in one.',
        },
        DEFAULT_SCORING_BODY,
      ),
      numberField('models.timeoutMs', 'Milliseconds to answer', '1000 to 120000.'),
      numberField('models.concurrency', 'Questions at once', '1 to 32.'),
      numberField('models.dailyTokens', 'Tokens a day', '1000 to 1000000000; beyond, rules alone decide.'),
      numberField('models.tokensPerGrant', 'Tokens for one grant', '1000 to 100000.'),
      numberField(
        'models.waitMinutes',
        'Minutes a low grant waits',
        'For a model that does not answer, 1 to 1440.',
      ),
      numberField('models.breakerWindow', 'Breaker: answers looked at', '10 to 1000.'),
      numberField(
        'models.breakerRaisedShare',
        'Breaker: share raised',
        '0.5 to 1: with more than this raised, rules take over.',
      ),
    ],
  },
  {
    id: 'analyst',
    title: 'Analyst: model, prompt',
    about: 'Which model answers questions in Slack, and by which words.',
    frame: ANALYST_FRAME,
    fields: [
      lineField('models.analyst', 'Model for questions', 'Its name at the provider. Empty: none is chosen.'),
      textField(
        'prompts.analyst',
        {
          label: 'Prompt for questions',
          help: 'The whole body, up to 8000 characters. Empty: the built-in one.',
        },
        DEFAULT_ANALYST_BODY,
      ),
    ],
  },
  {
    id: 'letting-through',
    title: 'Letting through',
    about: 'What happens to low grants, and how long raw events are kept.',
    fields: [
      switchField(
        'autoResolve.enabled',
        'Let low grants through',
        'Off: people are asked about every grant.',
      ),
      numberField(
        'autoResolve.blindSampleRate',
        'Blind sample rate',
        'Share of low grants that people judge blind, 0 to 1.',
      ),
      numberField('retention.rawDays', 'Days raw events are kept', '1 to 3650.'),
    ],
  },
  {
    id: 'channels',
    title: 'Channels and threads',
    about: 'Where people are asked. Invite the app to each of these channels.',
    fields: [
      channelField('channels.review', 'Review channel', 'Where cards are posted.'),
      channelField('channels.escalation', 'Escalation channel', 'Where escalations and alarms go.'),
      routesField,
      choiceField(
        'threads',
        { label: 'Answers in threads', help: 'What is answered under cards.' },
        { mentions: 'Mentions only', questions: 'Mentions and questions', everything: 'Everything' },
      ),
    ],
  },
]

export function policySection(id: string): PolicySection | null {
  return POLICY_SECTIONS.find((section) => section.id === id) ?? null
}
