import type { SentencePart } from './evidence.ts'
import { approvalOf } from './evidence-chain.ts'
import { grantee, grantor } from './evidence-people.ts'
import { type EvidenceInput, fires, type Measured, type PresentInput } from './evidence-rule.ts'
import { matchesException } from './exception.ts'
import { type Behaviour, DAY_MS } from './history.ts'
import { hasText, isJustified } from './history-log.ts'

/** Evidence about the role, how it came about, and what people made of the same before. */

/** A habit of giving reasons or tickets: so many grants to judge by, and so large a share of them with one. */
const HABIT_GRANTS_MIN = 10
const HABIT_SHARE_MIN = 0.6

export function tier(input: Pick<PresentInput, 'grant'>, wanted: 'T0' | 'T1'): Measured {
  if (input.grant.role.tier !== wanted) return 'quiet'
  const reach = wanted === 'T0' ? ' reaches the whole organisation (T0)' : ' reaches a broad area (T1)'
  return fires([{ text: input.grant.role.name }, reach])
}

export function standingGrant(input: EvidenceInput): Measured {
  if (!input.carries.expiry) return 'unknown'
  return input.grant.standing ? fires(['The role has no expiry']) : 'quiet'
}

export function missingJustification(input: EvidenceInput): Measured {
  const { carries, grant } = input
  if (!carries.ticket && !carries.justification) return 'unknown'
  const { habit, who } = yardstick(input)
  const missing = [
    { what: 'no ticket', is: carries.ticket && !hasText(grant.ticket), had: habit.ticketed },
    { what: 'neither reason nor ticket', is: !isJustified(grant), had: habit.justified },
  ].filter(({ is }) => is)
  if (missing.length === 0) return 'quiet'
  if (habit.grants < HABIT_GRANTS_MIN) return 'unknown'
  const worst = missing.reduce((one, other) => (other.had > one.had ? other : one))
  const share = worst.had / habit.grants
  if (share < HABIT_SHARE_MIN) return 'quiet'
  return fires(
    [
      `There is ${worst.what}: `,
      { count: worst.had },
      ' of the last ',
      { count: habit.grants },
      ' grants by ',
      who,
      ' had one',
    ],
    (share - HABIT_SHARE_MIN / 2) / (1 - HABIT_SHARE_MIN / 2),
  )
}

/** The grantor's own habit when there are enough of their grants to see one, else the whole feed's. */
function yardstick(input: EvidenceInput): { habit: Behaviour; who: SentencePart } {
  const { grantor: own, feed } = input.facts
  if (own !== null && own.grants >= HABIT_GRANTS_MIN) return { habit: own, who: grantor(input) }
  return { habit: feed, who: 'this team' }
}

export function regrantAfterRevoke(input: EvidenceInput): Measured {
  const { approvedAt, revokedAt } = input.facts.outcome
  if (revokedAt === null || (approvedAt !== null && approvedAt > revokedAt)) return 'quiet'
  return fires([
    'A reviewer revoked this very role from ',
    grantee(input),
    ' on ',
    { at: revokedAt },
    ', and it is given again',
  ])
}

export function approvedBefore(input: EvidenceInput): Measured {
  const { approvedAt, revokedAt } = input.facts.outcome
  if (approvedAt === null || (revokedAt !== null && revokedAt > approvedAt)) return 'quiet'
  return fires(['A reviewer approved this role for ', grantee(input), ' on ', { at: approvedAt }])
}

export function expectedException(input: PresentInput): Measured {
  const { grant, policy } = input
  const exception = policy.exceptions.find((candidate) => matchesException(candidate, grant))
  if (exception === undefined) return 'quiet'
  return fires([
    'Expected until ',
    { at: Date.parse(exception.expiresAt) },
    ' by the exception of ',
    { text: exception.owner },
    ': ',
    { text: exception.reason },
  ])
}

export function sourceApproval(input: EvidenceInput): Measured {
  const { grant } = input
  const approval = approvalOf(input)
  if (approval === null) return 'unknown'
  const involved = [grant.granteePerson, grant.grantorPerson]
  if (approval.at > grant.occurredAt || involved.includes(approval.person)) return 'quiet'
  return fires([{ person: approval.person }, ' approved it in the source on ', { at: approval.at }])
}

export function outsidePath({ grant }: EvidenceInput): Measured {
  if (grant.path === null) return 'unknown'
  return grant.path === 'outside'
    ? fires(['The source says that it was given outside the sanctioned path'])
    : 'quiet'
}

export function ordinaryPair(input: EvidenceInput): Measured {
  const { facts, grant } = input
  if (facts.pair === null) return 'unknown'
  if (facts.pair.grants === 0 || facts.pair.lastAt === null) return 'quiet'
  return fires([
    grantor(input),
    ' has given ',
    { text: grant.role.name },
    ' before, last ',
    { durationMs: grant.occurredAt - facts.pair.lastAt },
    ' earlier',
  ])
}

export function firstSeen(input: EvidenceInput): Measured {
  if (!input.grant.firstSeen) return 'quiet'
  return fires([
    'First seen in a list of all roles that ',
    grantee(input),
    ' holds: it may have been given earlier',
  ])
}

export function controlWeakened(input: EvidenceInput): Measured {
  if (input.grant.kind !== 'control_weakened') return 'quiet'
  return fires([grantor(input), ' weakened a control: ', { text: input.grant.role.name }])
}

export function isLearning(input: EvidenceInput): boolean {
  const { facts, grant, policy } = input
  const watchedMs = facts.feed.firstAt === null ? 0 : grant.occurredAt - facts.feed.firstAt
  return watchedMs < policy.learning.learningDays * DAY_MS
}

export function learning(input: EvidenceInput): Measured {
  if (!isLearning(input)) return 'quiet'
  const { facts, grant, policy } = input
  const known =
    facts.feed.firstAt === null
      ? ['no history yet']
      : ['only ', { durationMs: grant.occurredAt - facts.feed.firstAt }, ' of history']
  return fires([
    'Still learning: this feed has ',
    ...known,
    ', of ',
    { count: policy.learning.learningDays },
    ' days needed',
  ])
}
