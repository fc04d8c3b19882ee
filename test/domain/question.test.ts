import assert from 'node:assert/strict'
import { test } from 'node:test'
import { momentIn, periodIn, periodLabel } from '../../src/domain/period.ts'
import {
  actionAskedFor,
  asksAboutGiving,
  codesIn,
  intentOf,
  isQuestion,
  namesIn,
  reasonIn,
  roleIn,
} from '../../src/domain/question.ts'
import { momentOf, stampOf } from '../../src/domain/wall-clock.ts'
import { NOON } from '../support/builders.ts'

const QUESTIONS = [
  'Has Ana had this role before?',
  'who else holds this role',
  'Why was this flagged?',
  '<@U0APP> what is waiting for me?',
  'Is this normal for Sofia? I never saw it.',
  'show me the history of Jonas',
  'summarise yesterday for the stand-up',
  'revoke it, she left',
  'please approve G-7K2Q9XM, planned work',
  'did anyone get owner on GitHub since Monday',
]
for (const text of QUESTIONS) test(`a question: ${text}`, () => assert.equal(isQuestion(text), true))

const TALK = [
  'ok, thanks',
  'I will ask her tomorrow',
  'What a day',
  'She is on call this week.',
  'Looks fine to me',
  '> who did this?\nnot me',
  'see https://tickets.example/?id=4711',
  '```is this a question?```',
  '',
  '<@U0DEV>',
]
for (const text of TALK)
  test(`talk between people: ${JSON.stringify(text)}`, () => assert.equal(isQuestion(text), false))

test('only an order in plain words asks for a decision', () => {
  assert.equal(actionAskedFor('revoke it, she left'), 'revoke')
  assert.equal(actionAskedFor('Please take it away from her, she left.'), 'revoke')
  assert.equal(actionAskedFor('approve G-7K2Q9XM: planned work'), 'approve')
  assert.equal(actionAskedFor('escalate this please'), 'escalate')
  assert.equal(actionAskedFor('reopen it'), 'reopen')
  for (const text of [
    'should we revoke it?',
    'who approved this?',
    "don't approve it",
    'would you revoke or approve?',
    'revoke or approve it',
    'what is waiting?',
    '> approve it\nwhat is this?',
    '```approve it```',
  ])
    assert.equal(actionAskedFor(text), null, text)
})

test('the reason is what the person typed after the order', () => {
  assert.equal(reasonIn('revoke it, she left'), 'she left')
  assert.equal(reasonIn('revoke it because she left the company.'), 'she left the company')
  assert.equal(reasonIn('Revoke G-7K2Q9XM - wrong person'), 'wrong person')
  assert.equal(reasonIn('revoke it'), 'revoke it')
})

const INTENTS = [
  ['what is waiting for me?', 'waiting'],
  ['riskiest this week and why?', 'riskiest'],
  ['did anyone get owner on GitHub since Monday?', 'given'],
  ['summarise yesterday for the stand-up', 'summary'],
  ['why was this flagged?', 'why'],
  ['who holds Super Administrator?', 'holders'],
  ['anything similar before?', 'similar'],
  ['what roles did Ana get?', 'history'],
  ['what did Sofia give to people?', 'history'],
  ['what are the usual hours of Sofia?', 'hours'],
  ['what else did she do around then?', 'activity'],
  ['which policy is in force?', 'policy'],
  ['do I have anything to decide', 'waiting'],
  ['how many reviews are open?', 'waiting'],
  ['what should I look at first?', 'waiting'],
  ['tl;dr of the last 24h', 'summary'],
  ['what happened yesterday?', 'summary'],
  ['what happened in okta around 03:12?', 'activity'],
  ['list everyone with help desk administrator', 'holders'],
  ['what did Sofia grant last month?', 'history'],
  ['what roles does Ana hold?', 'history'],
  ["show me Priya's grants", 'history'],
  ['scariest grants this week', 'riskiest'],
  ['G-7K2Q9XM', 'case'],
  ['what is the meaning of life?', 'unknown'],
] as const
for (const [text, intent] of INTENTS)
  test(`${text} asks for: ${intent}`, () => assert.equal(intentOf(text), intent))

test('names, roles and codes are found where a question holds them', () => {
  assert.deepEqual(namesIn("What's Jonas's history?"), ['Jonas'])
  assert.deepEqual(namesIn('Did Ana Torres or <@U0PRIYA> write to zoe@elsewhere.example?'), [
    'zoe@elsewhere.example',
    '@U0PRIYA',
    'Ana Torres',
  ])
  assert.equal(roleIn('did anyone get owner on GitHub since Monday?'), 'owner')
  assert.equal(roleIn('who holds Super Administrator?'), 'Super Administrator')
  assert.equal(roleIn('who else holds this role?'), null)
  assert.equal(roleIn('list everyone with help desk administrator'), 'help desk administrator')
  assert.equal(roleIn('who are the org owners?'), 'org owner')
  assert.equal(roleIn('who are you?'), null)
  assert.equal(roleIn('who are the github org owners?'), 'org owner')
  assert.equal(roleIn('*who* holds _super administrator_?'), 'super administrator')
  assert.equal(roleIn('who holds db_owner?'), 'db_owner')
  assert.deepEqual(codesIn('compare g-7k2q9xm with G-AAAAAAA'), ['g-7k2q9xm', 'G-AAAAAAA'])
})

test('who gave a role to a person is a question about what that person was given', () => {
  for (const text of [
    'What did Sofia grant last month?',
    'what has Jonas handed out?',
    'roles given by Sofia',
  ])
    assert.equal(asksAboutGiving(text), true, text)
  for (const text of [
    'Who gave Jonas super admin?',
    'has Ana been granted owner?',
    'did anyone give Ana owner?',
  ])
    assert.equal(asksAboutGiving(text), false, text)
})

const ZONE = 'Europe/Berlin'
/** In Berlin it is Tuesday 2026-11-24, 13:00. */
const PERIODS = [
  ['yesterday', '2026-11-23 00:00', '2026-11-24 00:00'],
  ['today', '2026-11-24 00:00', null],
  ['since Monday', '2026-11-23 00:00', null],
  ['on Monday', '2026-11-23 00:00', '2026-11-24 00:00'],
  ['since Tuesday', '2026-11-24 00:00', null],
  ['since Wednesday', '2026-11-18 00:00', null],
  ['this week', '2026-11-23 00:00', null],
  ['last week', '2026-11-16 00:00', '2026-11-23 00:00'],
  ['in the last 3 days', '2026-11-21 13:00', null],
  ['the last 24h', '2026-11-23 13:00', null],
  ['last month', '2026-10-01 00:00', '2026-11-01 00:00'],
  ['since 2026-10-25', '2026-10-25 00:00', null],
  ['on 2026-10-25', '2026-10-25 00:00', '2026-10-26 00:00'],
] as const
for (const [text, since, until] of PERIODS)
  test(`${text} is a stretch of time on the team's clock`, () => {
    const period = periodIn(text, NOON, ZONE)
    assert.equal(period && stampOf(period.since, ZONE), since)
    assert.equal(period?.until == null ? null : stampOf(period.until, ZONE), until)
  })

test('a text without a time names no period, and a period is told by its days', () => {
  assert.equal(periodIn('who did this?', NOON, ZONE), null)
  const week = periodIn('last week', NOON, ZONE)
  assert.ok(week)
  assert.equal(periodLabel(week, ZONE), 'from 2026-11-16 to 2026-11-22')
})

test('a time of day is the last one that has passed, on the day that is named', () => {
  const around = (text: string) => {
    const at = momentIn(text, NOON, ZONE)
    return at === null ? null : stampOf(at, ZONE)
  }
  assert.equal(around('what else did Jonas do around 3am?'), '2026-11-24 03:00')
  assert.equal(around('what happened around 21:15?'), '2026-11-23 21:15')
  assert.equal(around('what happened yesterday at 9 pm?'), '2026-11-23 21:00')
  assert.equal(around('what happened at 2026-11-20 08:30?'), '2026-11-20 08:30')
  for (const text of ['what happened around 3?', 'at 99:00', 'look at this']) assert.equal(around(text), null)
})

test('a period that begins within a day is told to the minute', () => {
  const day = periodIn('in the last 24 hours', NOON, ZONE)
  assert.ok(day)
  assert.equal(periodLabel(day, ZONE), 'since 2026-11-23 13:00')
})

test('a written moment is read on the clock of its zone, over the change of the clocks as well', () => {
  for (const text of ['2026-10-25 00:00', '2026-10-25 12:30', '2026-03-29 08:00', '2026-11-24 11:05'])
    assert.equal(stampOf(momentOf(text, ZONE) ?? 0, ZONE), text)
  assert.equal(momentOf('last tuesday', ZONE), null)
  assert.equal(stampOf(Number.MAX_VALUE, ZONE), 'at an unknown time')
})
