import type { SentencePart } from './evidence.ts'
import { grantee, grantor } from './evidence-people.ts'
import { type EvidenceInput, fires, type Measured } from './evidence-rule.ts'
import { VALUE_IDS, type ValueId } from './oddity-values.ts'

/** Evidence of evidence: how many of the tenant's own changes were as odd in the same respects at once. */

/** With fewer changes to compare with, a count says nothing. */
export const COMPARED_CHANGES_MIN = 20
/** What so large a share of changes shows is not worth a sentence. */
const ALIKE_SHARE_MAX = 0.1

export function unusualTogether(input: EvidenceInput): Measured {
  const { oddity } = input
  if (oddity === undefined || oddity === null || oddity.of < COMPARED_CHANGES_MIN) return 'unknown'
  const { leading, of } = oddity
  if (leading === null || leading.alike > of * ALIKE_SHARE_MAX) return 'quiet'
  const respects = leading.pattern.flatMap((place, index): readonly SentencePart[] => {
    const id = VALUE_IDS[place]
    return id === undefined ? [] : [index === 0 ? '' : ', ', ...PHRASES[id](input)]
  })
  return fires([
    { count: leading.alike },
    ' of your last ',
    { count: of },
    ' changes were as unusual in this: ',
    ...respects,
  ])
}

type Phrase = (input: EvidenceInput) => readonly SentencePart[]

const PHRASES: Readonly<Record<ValueId, Phrase>> = {
  grantor_new: (input) => [grantor(input), ' hardly ever gave a role before'],
  grantor_silent: (input) => [grantor(input), ' had long given no role'],
  grantor_rise: (input) => [grantor(input), ' had lately received a role themselves'],
  tier_new: (input) => [grantor(input), ' never gave so much power before'],
  kind_new: (input) => [grantor(input), ' never gave this kind of role before'],
  role_new: (input) => ['a role that ', grantor(input), ' never gave before'],
  self: () => ['a role for themselves'],
  hour: (input) => ['an odd hour for ', grantor(input)],
  day: (input) => ['an odd day for ', grantor(input)],
  load: () => ['many grants within an hour'],
  roles: (input) => ['several roles for ', grantee(input), ' within a day'],
  act_size: () => ['many grants in one act'],
  sweep: () => ['the same role for several people within a day'],
  refused: () => ['refused attempts just before'],
  grantee_new: (input) => [grantee(input), ' is new'],
  group: (input) => [grantee(input), ' is no person'],
  grantee_silent: (input) => [grantee(input), ' was long not seen'],
  regrant: () => ['a role that had been taken away'],
  tier_rise: (input) => ['more power than ', grantee(input), ' ever had'],
  look_alike: (input) => {
    const { lookAlike } = input.facts.grantee
    return [grantee(input), ' resembles ', { person: lookAlike?.person ?? 'somebody known' }]
  },
  role_rare: () => ['a role that is rarely given'],
  roles_new: (input) => ['several roles that ', grantor(input), ' never gave before'],
  roles_odd: () => ['roles that nobody holds together'],
  first_kind: () => ['the first of its kind to have this role'],
  tier: (input) => ['a powerful role (', input.grant.role.tier, ')'],
  no_ticket: () => ['no ticket or reason, against habit'],
  gone: () => ['taken away again at once'],
  repeat: (input) => ['odd hours again and again between ', grantor(input), ' and ', grantee(input)],
  shift: (input) => ['the hours of ', grantor(input), ' have moved of late'],
  drip: (input) => ['role after role for ', grantee(input), ' within a month'],
  haste: (input) => ['act after act for ', grantee(input), ' within an hour'],
  givers: (input) => ['several people giving roles to ', grantee(input), ' within a month'],
}
