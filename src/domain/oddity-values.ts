import type { EvidenceInput } from './evidence-rule.ts'
import { TIERS } from './grant.ts'
import { DAY_MS, isStronger } from './history.ts'
import { hasText, isJustified, isPerson } from './history-log.ts'
import { dayTail, type Histogram, hourTail } from './rhythm.ts'

/** What is graded about a grant before it is compared with the past: 0 is unremarkable, and so is what is unknown. */
export const VALUE_IDS = [
  'grantor_new',
  'grantor_silent',
  'grantor_rise',
  'tier_new',
  'kind_new',
  'role_new',
  'self',
  'hour',
  'day',
  'load',
  'roles',
  'act_size',
  'sweep',
  'refused',
  'grantee_new',
  'group',
  'grantee_silent',
  'regrant',
  'tier_rise',
  'look_alike',
  'role_rare',
  'roles_new',
  'roles_odd',
  'first_kind',
  'tier',
  'no_ticket',
  'gone',
  'repeat',
  'shift',
  'drip',
  'haste',
  'givers',
] as const
export type ValueId = (typeof VALUE_IDS)[number]

export const LEVEL_MAX = 15
/** Levels in the order of VALUE_IDS. */
export type Levels = readonly number[]

/** How many of these thresholds, in rising order, a number reaches. */
function reached(value: number, thresholds: readonly number[]): number {
  let level = 0
  for (const threshold of thresholds) if (value >= threshold) level += 1
  return level
}

const MINUTE_MS = 60_000
/** Rare shares of a person's acts are graded in half bits, from a fifth on. */
const RARE_FROM = { share: 0.2, stepBits: 0.5 }
/** A grantor's acts by which a missing ticket, or an hour that keeps coming back, is judged. */
const HABIT_GRANTS_MIN = 10
const ODD_HOUR_TAIL = 0.12

function rarity(share: number): number {
  return Math.max(0, Math.floor(Math.log2(RARE_FROM.share / share) / RARE_FROM.stepBits))
}

const MEASURES: Readonly<Record<ValueId, (input: EvidenceInput) => number>> = {
  grantor_new: ({ facts: { grantor } }) => (grantor === null ? 0 : reached(-grantor.known, [-8, -3, -1, 0])),
  grantor_silent: ({ grant, facts: { grantor } }) =>
    grantor?.lastAt == null
      ? 0
      : reached((grant.occurredAt - grantor.lastAt) / DAY_MS, [30, 60, 120, 240, 480]),
  grantor_rise({ grant, facts: { grantor } }) {
    if (grantor?.receivedAt == null) return 0
    const level = reached(-(grant.occurredAt - grantor.receivedAt) / DAY_MS, [-30, -7, -1, -1 / 24])
    return level === 0 ? 0 : level + (grantor.rise === null ? 0 : 1)
  },
  tier_new({ grant, facts: { grantor } }) {
    if (grantor === null) return 0
    const gaveAsMuch = TIERS.some((tier) => !isStronger(grant.role.tier, tier) && grantor.byTier[tier] > 0)
    return gaveAsMuch ? 0 : reached(grantor.known, [1, 5, 20, 60])
  },
  kind_new: ({ facts: { grantor } }) =>
    grantor === null || grantor.sameRoleKind > 0 ? 0 : reached(grantor.known, [1, 5, 20, 60]),
  role_new: ({ facts: { grantor, pair } }) =>
    grantor === null || pair === null || pair.grants > 0 ? 0 : reached(grantor.known, [1, 5, 20, 60]),
  self({ grant, facts }) {
    if (grant.grantorPerson === null || grant.grantorPerson !== grant.granteePerson) return 0
    if (grant.kind === 'activate' && facts.grantee.eligibility?.by !== grant.granteePerson) return 0
    return isStronger(grant.role.tier, facts.grantee.strongestTier) ? 2 : 1
  },
  hour: ({ grant, facts }) =>
    rarity(
      hourTail({ own: ownOf(facts.grantor?.byHour, 24), team: facts.feed.byHour, slot: grant.localHour }),
    ),
  day: ({ grant, facts }) =>
    rarity(dayTail({ own: ownOf(facts.grantor?.byDay, 7), team: facts.feed.byDay, slot: grant.localDay })),
  load: ({ facts: { act, grantor } }) =>
    reached(act.grants + (grantor?.grantsInHour ?? 0), [3, 5, 9, 17, 33]),
  roles: ({ facts: { act, grantee } }) => reached(act.rolesForGrantee + grantee.rolesInDay, [2, 3, 4, 6, 9]),
  act_size: ({ facts: { act } }) => reached(act.grants, [3, 5, 9, 17, 33]),
  sweep: ({ facts: { grantor } }) => reached(grantor?.sameRoleInDay ?? 0, [1, 2, 4, 8]),
  refused: ({ facts: { grantor } }) => reached(grantor?.failuresInHour ?? 0, [1, 3, 10]),
  grantee_new: ({ grant, facts: { grantee } }) =>
    (grantee.firstSeenAt ?? grant.occurredAt) >= grant.occurredAt - DAY_MS ? 1 : 0,
  group: ({ grant, facts: { grantee } }) =>
    isPerson({ id: grant.grantee.id, type: grant.grantee.type }) ? 0 : grantee.lastSeenAt === null ? 2 : 1,
  grantee_silent: ({ grant, facts: { grantee } }) =>
    grantee.lastSeenAt === null
      ? 0
      : reached((grant.occurredAt - grantee.lastSeenAt) / DAY_MS, [120, 240, 480, 960]),
  regrant({ grant, facts: { grantee } }) {
    const { takenAt, givenAt } = grantee.sameRole
    if (takenAt === null || (givenAt !== null && givenAt > takenAt)) return 0
    return reached(-(grant.occurredAt - takenAt) / DAY_MS, [-100_000, -180, -30, -3])
  },
  tier_rise({ grant, facts: { grantee } }) {
    const { tier } = grant.role
    if (tier === 'T2' || !isStronger(tier, grantee.strongestTier)) return 0
    return tier === 'T0' ? 2 : 1
  },
  look_alike({ facts: { grantee } }) {
    if (grantee.lookAlike === null) return 0
    return 1 + (grantee.lookAlike.by === 'letter' ? 1 : 0) + (grantee.lookAlike.holdsRole ? 1 : 0)
  },
  role_rare: ({ grant, facts: { role } }) =>
    role.lastAt === null ? 3 : reached((grant.occurredAt - role.lastAt) / DAY_MS, [180, 365]),
  roles_new: ({ facts: { act } }) => reached(act.rolesNewForGrantor, [2, 3, 4, 6]),
  roles_odd: ({ facts: { act } }) => reached(act.rolesUnrelated, [1, 2, 3, 5]),
  first_kind: ({ facts: { role } }) => (role.sameKind > 0 ? 0 : reached(role.grants, [3, 10, 30])),
  tier: ({ grant }) => (grant.role.tier === 'T0' ? 2 : grant.role.tier === 'T1' ? 1 : 0),
  no_ticket: (input) => Math.max(missing(input, 'ticketed'), missing(input, 'justified')),
  gone: ({ grant, facts: { grantee } }) =>
    grantee.goneAt === null
      ? 0
      : reached(-(grantee.goneAt - grant.occurredAt) / MINUTE_MS, [-1_440, -360, -60, -20]),
  repeat: ({ facts }) => reached(oddActs(facts, facts.grantee.lately.byHour), [1, 2, 3, 5]),
  shift({ grant, facts }) {
    const { grantor } = facts
    if (grantor === null || oddActs(facts, hourAlone(grant.localHour)) === 0) return 0
    return reached(oddActs(facts, grantor.latelyByHour), [2, 3, 4, 6, 9, 13])
  },
  drip: ({ facts: { grantee } }) => reached(grantee.lately.acts, [1, 2, 3, 5]),
  haste: ({ facts: { grantee } }) => reached(grantee.lately.actsInHour, [1, 2, 3, 5]),
  givers: ({ grant, facts: { grantee } }) =>
    grant.grantorPerson === null ? 0 : reached(grantee.lately.grantors, [1, 2, 3]),
}

/** Of 100 changes of anybody those with the value at all, and the share of these that go one level higher. */
const PRIORS: Readonly<Record<ValueId, readonly [number, number]>> = {
  grantor_new: [10, 0.6],
  grantor_silent: [20, 0.6],
  grantor_rise: [10, 0.5],
  tier_new: [2, 0.6],
  kind_new: [2, 0.7],
  role_new: [45, 0.8],
  self: [2.5, 0.2],
  hour: [10, 0.65],
  day: [15, 0.7],
  load: [27, 0.45],
  roles: [27, 0.35],
  act_size: [20, 0.45],
  sweep: [7, 0.4],
  refused: [1, 0.4],
  grantee_new: [40, 1],
  group: [10, 0.5],
  grantee_silent: [35, 0.6],
  regrant: [4, 0.7],
  tier_rise: [32, 0.2],
  look_alike: [0.6, 0.5],
  role_rare: [35, 0.7],
  roles_new: [12, 0.4],
  roles_odd: [12, 0.4],
  first_kind: [0.5, 0.5],
  tier: [64, 0.15],
  no_ticket: [7, 0.6],
  gone: [2, 0.7],
  repeat: [1, 0.3],
  shift: [3, 0.6],
  drip: [19, 0.25],
  haste: [3, 0.3],
  givers: [17, 0.15],
}

/** The share of changes that one expects to reach a level as long as nothing is known of the tenant itself. */
export function priorShare(id: ValueId, level: number): number {
  const [percent, further] = PRIORS[id]
  return level === 0 ? 1 : (percent / 100) * further ** (level - 1)
}

/** How many of these acts lie at hours that are odd by what is learned of the grantor. */
function oddActs(facts: EvidenceInput['facts'], byHour: Histogram): number {
  const own = ownOf(facts.grantor?.byHour, 24)
  return byHour.reduce(
    (sum, acts, slot) =>
      acts > 0 && hourTail({ own, team: facts.feed.byHour, slot }) <= ODD_HOUR_TAIL ? sum + acts : sum,
    0,
  )
}

function hourAlone(hour: number): Histogram {
  return ownOf(undefined, 24).map((_, slot) => (slot === hour ? 1 : 0))
}

const NOTHING: Readonly<Record<number, Histogram>> = { 24: new Array(24).fill(0), 7: new Array(7).fill(0) }

function ownOf(habit: Histogram | undefined, slots: 24 | 7): Histogram {
  return habit ?? NOTHING[slots] ?? []
}

/** How surprising it is that a ticket, or any reason, is missing: by the grantor's own habit, else the team's. */
function missing({ grant, facts, carries }: EvidenceInput, what: 'ticketed' | 'justified'): number {
  const isThere = what === 'ticketed' ? hasText(grant.ticket) : isJustified(grant)
  const isCarried = what === 'ticketed' ? carries.ticket : carries.ticket || carries.justification
  const own = facts.grantor
  const habit = own !== null && own.grants >= HABIT_GRANTS_MIN ? own : facts.feed
  if (isThere || !isCarried || habit.grants < HABIT_GRANTS_MIN) return 0
  return reached((habit[what] + 1) / (habit.grants + 2), [0.5, 0.7, 0.85, 0.93, 0.97])
}

/** The levels of one grant, in the order of VALUE_IDS. */
export function levelsOf(input: EvidenceInput): Levels {
  return VALUE_IDS.map((id) => Math.min(LEVEL_MAX, MEASURES[id](input)))
}
