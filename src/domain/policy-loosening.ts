import { bandRank } from './evidence.ts'
import { TIERS } from './grant.ts'
import type { Policy } from './policy.ts'

/** Which changes of a policy make it look away more: those need a second person. */

export interface Loosening {
  /** Dotted path of the setting. */
  readonly setting: string
  /** In our own words, what it lets happen. */
  readonly what: string
}

type Rule = (before: Policy, after: Policy) => readonly Loosening[]

const loosened = (setting: string, what: string, isLoosened: boolean): readonly Loosening[] =>
  isLoosened ? [{ setting, what }] : []

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** What stands in the first list and not, letter for letter, in the second. */
function missingFrom<T>(list: readonly T[], other: readonly T[]): readonly T[] {
  const known = new Set(other.map((item) => JSON.stringify(item)))
  return list.filter((item) => !known.has(JSON.stringify(item)))
}

const thresholds: Rule = ({ thresholds: before }, { thresholds: after }) => [
  ...loosened(
    'thresholds.medium',
    'people are asked later: medium begins higher',
    after.medium > before.medium,
  ),
  ...loosened('thresholds.high', 'less counts as high', after.high > before.high),
]

const floors: Rule = ({ floors: before }, { floors: after }) =>
  (Object.keys(before) as (keyof Policy['floors'])[]).flatMap((id) =>
    loosened(`floors.${id}`, `the floor ${id} is lower`, bandRank(after[id]) < bandRank(before[id])),
  )

const exceptions: Rule = ({ exceptions: before }, { exceptions: after }) =>
  missingFrom(after, before).map(({ id }) => ({
    setting: 'exceptions',
    what: before.some((one) => one.id === id)
      ? `the exception ${id} is changed`
      : `the exception ${id} is new`,
  }))

const people: Rule = ({ people: before }, { people: after }) => [
  ...loosened(
    'people.reviewers',
    'fewer people review',
    missingFrom(before.reviewers, after.reviewers).length > 0,
  ),
  ...loosened(
    'people.policyAdmins',
    'other people may change this policy',
    missingFrom(after.policyAdmins, before.policyAdmins).length > 0,
  ),
  // Otherwise an admin could first put away whoever might object.
  ...loosened(
    'people.policyAdmins',
    'fewer people watch over this policy',
    missingFrom(before.policyAdmins, after.policyAdmins).length > 0,
  ),
  ...loosened(
    'people.twoPersonRule',
    'one person alone is enough',
    before.twoPersonRule === 'two-people' && after.twoPersonRule !== 'two-people',
  ),
]

const autoResolve: Rule = ({ autoResolve: before }, { autoResolve: after }) => [
  ...loosened(
    'autoResolve.enabled',
    'low grants are let through by themselves',
    after.enabled && !before.enabled,
  ),
  ...loosened(
    'autoResolve.blindSampleRate',
    'fewer blind samples are drawn',
    after.blindSampleRate < before.blindSampleRate,
  ),
]

const feeds: Rule = ({ feeds: before }, { feeds: after }) =>
  before.flatMap((feed) => {
    const next = after.find(({ id }) => id === feed.id)
    const setting = `feeds.${feed.id}`
    if (next === undefined || (feed.enabled && !next.enabled))
      return loosened(setting, `the feed ${feed.id} is no longer read`, feed.enabled)
    return [
      ...loosened(setting, `nobody is asked about the feed ${feed.id}`, next.shadow && !feed.shadow),
      ...loosened(
        setting,
        `the feed ${feed.id} is read through other conditions or elsewhere`,
        (next.enabled && !(same(next.conditions, feed.conditions) || next.conditions.length === 0)) ||
          next.dataset !== feed.dataset ||
          next.preset !== feed.preset,
      ),
    ]
  })

const roles: Rule = ({ roles: before }, { roles: after }) => [
  ...loosened(
    'roles.breakGlass',
    'less counts as break-glass',
    missingFrom(before.breakGlass, after.breakGlass).length > 0,
  ),
  ...loosened(
    'roles.tiers',
    'roles may count for less than before',
    missingFrom(after.tiers, before.tiers).some(({ tier }) => tier !== TIERS[0]) ||
      missingFrom(before.tiers, after.tiers).some(({ tier }) => tier !== TIERS.at(-1)),
  ),
]

const identities: Rule = ({ identities: before }, { identities: after }) => [
  ...loosened(
    'identities.companyDomains',
    'more addresses count as the company’s own',
    missingFrom(after.companyDomains, before.companyDomains).length > 0,
  ),
  ...loosened(
    'identities.aliases',
    'identities of one person are told apart again',
    missingFrom(before.aliases, after.aliases).length > 0,
  ),
]

const times: Rule = (before, after) => [
  ...loosened(
    'deadlines.mediumHours',
    'a medium review may wait longer',
    after.deadlines.mediumHours > before.deadlines.mediumHours,
  ),
  ...loosened(
    'deadlines.highHours',
    'a high review may wait longer',
    after.deadlines.highHours > before.deadlines.highHours,
  ),
  ...loosened(
    'deadlines.confirmRevokeMinutes',
    'an unconfirmed revoke is overdue later',
    after.deadlines.confirmRevokeMinutes > before.deadlines.confirmRevokeMinutes,
  ),
  ...loosened(
    'learning.learningDays',
    'new feeds count as still learning for longer',
    after.learning.learningDays > before.learning.learningDays,
  ),
]

const customPresets: Rule = ({ customPresets: before }, { customPresets: after }) =>
  missingFrom(before, after).map(({ name }) => ({
    setting: 'customPresets',
    what: `the source ${name} is read otherwise, or not at all`,
  }))

const scorer: Rule = (before, after) =>
  loosened(
    'scorer',
    'no model raises what the rules call low',
    before.scorer === 'model' && after.scorer === 'rules',
  )

const RULES: readonly Rule[] = [
  scorer,
  thresholds,
  floors,
  exceptions,
  people,
  autoResolve,
  feeds,
  roles,
  identities,
  times,
  customPresets,
]

/** Every way in which the new policy looks away more than the old one; empty when it does not. */
export function looseningsOf(before: Policy, after: Policy): readonly Loosening[] {
  return RULES.flatMap((rule) => rule(before, after))
}
