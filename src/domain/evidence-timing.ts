import type { SentencePart } from './evidence.ts'
import { grantee, grantor } from './evidence-people.ts'
import { type EvidenceInput, fires, logScale, type Measured } from './evidence-rule.ts'
import type { Behaviour } from './history.ts'
import { DAYS, dayTail, type Histogram, HOURS, hourTail } from './rhythm.ts'

/** Evidence about when, and how much at once. */

/** With fewer acts of the team than this, no hour can be called unusual. */
const TEAM_ACTS_MIN = 10
/** An hour is unusual when so small a share of a person's acts lies in hours like it, and most so at the second. */
const HOUR_TAIL = { from: 0.1, to: 0.008 }
/** A grantor with fewer acts than this is spoken of by the team's habit. */
const OWN_ACTS_MIN = 5
const DAY_TAIL = { from: 0.06, to: 0.004 }
const BURST_GRANTS_MIN = 4
const BURST_SHARE = { from: 0.1, to: 0.005 }
const ROLES_MIN = 4
const ROLES_MANY = 10
const NO_HOURS: Histogram = new Array<number>(HOURS).fill(0)
const NO_DAYS: Histogram = new Array<number>(DAYS).fill(0)
const DAY_NAMES = [
  'Sundays',
  'Mondays',
  'Tuesdays',
  'Wednesdays',
  'Thursdays',
  'Fridays',
  'Saturdays',
] as const

export function unusualHour(input: EvidenceInput): Measured {
  const { grant, facts } = input
  if (facts.feed.acts < TEAM_ACTS_MIN) return 'unknown'
  const own = facts.grantor?.byHour ?? NO_HOURS
  const tail = hourTail({ own, team: facts.feed.byHour, slot: grant.localHour })
  if (tail > HOUR_TAIL.from) return 'quiet'
  const { who, habit } = yardstick(input)
  const near = [-1, 0, 1].map((offset) => habit.byHour[(grant.localHour + offset + HOURS) % HOURS] ?? 0)
  return fires(
    [
      'Given at ',
      { hour: grant.localHour },
      ', an hour that is unusual for ',
      who,
      ': ',
      { count: near.reduce((sum, count) => sum + count, 0) },
      ' of the last ',
      { count: habit.acts },
      ' acts lay within an hour of it',
    ],
    logScale(tail, HOUR_TAIL),
  )
}

export function unusualDay(input: EvidenceInput): Measured {
  const { grant, facts } = input
  if (facts.feed.acts < TEAM_ACTS_MIN) return 'unknown'
  const own = facts.grantor?.byDay ?? NO_DAYS
  const tail = dayTail({ own, team: facts.feed.byDay, slot: grant.localDay })
  if (tail > DAY_TAIL.from) return 'quiet'
  const { who, habit } = yardstick(input)
  return fires(
    [
      'Given on a day of the week that is unusual for ',
      who,
      ': ',
      { count: habit.byDay[grant.localDay] ?? 0 },
      ` of the last `,
      { count: habit.acts },
      ` acts fell on ${DAY_NAMES[grant.localDay] ?? 'such days'}`,
    ],
    logScale(tail, DAY_TAIL),
  )
}

/** Whose habit the sentence counts: the grantor's once they have one, else the whole feed's. */
function yardstick(input: EvidenceInput): { who: SentencePart; habit: Behaviour } {
  const { grantor: own, feed } = input.facts
  if (own !== null && own.acts >= OWN_ACTS_MIN) return { who: grantor(input), habit: own }
  return { who: 'this team', habit: feed }
}

export function grantorBurst(input: EvidenceInput): Measured {
  const { facts } = input
  if (facts.grantor === null) return 'unknown'
  const { acts, actsAsBusy, grantsInHour, failuresInHour } = facts.grantor
  const load = grantsInHour + facts.act.grants + failuresInHour
  if (load < BURST_GRANTS_MIN) return 'quiet'
  const share = (actsAsBusy + 1) / (acts + 2)
  if (share > BURST_SHARE.from) return 'quiet'
  const failures = failuresInHour === 0 ? [] : [' (', { count: failuresInHour }, ' of them refused)']
  return fires(
    [
      grantor(input),
      ' gave ',
      { count: load },
      ' roles within an hour',
      ...failures,
      '; as many before in ',
      { count: actsAsBusy },
      ' of their last ',
      { count: acts },
      ' acts',
    ],
    logScale(share, BURST_SHARE),
  )
}

export function manyRolesForGrantee(input: EvidenceInput): Measured {
  const { facts } = input
  const roles = facts.grantee.rolesInDay + facts.act.rolesForGrantee
  if (roles < ROLES_MIN) return 'quiet'
  return fires(
    [grantee(input), ' was given ', { count: roles }, ' different roles within a day'],
    logScale(roles, { from: ROLES_MIN - 1, to: ROLES_MANY }),
  )
}
