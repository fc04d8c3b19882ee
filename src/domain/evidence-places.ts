import { grantor } from './evidence-people.ts'
import { type EvidenceInput, fires, type Measured } from './evidence-rule.ts'

/** Evidence about where a grant came from and how it was done, against the habit of its grantor. */

/** With fewer grants to go by, everything is new. */
const HABIT_GRANTS_MIN = 10
/** Whoever works from more addresses than these has no usual one. */
const USUAL_ADDRESSES_MAX = 3

const PLACES = [
  { what: 'country', name: 'from a country', strength: 1, most: Number.POSITIVE_INFINITY },
  { what: 'asn', name: 'through a network', strength: 0.7, most: Number.POSITIVE_INFINITY },
  { what: 'ip', name: 'from an address', strength: 0.35, most: USUAL_ADDRESSES_MAX },
] as const

export function newPlace(input: EvidenceInput): Measured {
  const own = input.facts.grantor
  if (own === null) return 'unknown'
  const judged = PLACES.filter(({ what }) => (own.familiar[what]?.known ?? 0) >= HABIT_GRANTS_MIN)
  if (judged.length === 0) return 'unknown'
  const strange = judged.find(({ what, most }) => {
    const familiar = own.familiar[what]
    return familiar !== null && familiar.same === 0 && familiar.different <= most
  })
  if (strange === undefined) return 'quiet'
  return fires(
    [
      'It came ',
      strange.name,
      ' (',
      { text: input.grant[strange.what] ?? '' },
      ') that none of the last ',
      { count: own.familiar[strange.what]?.known ?? 0 },
      ' grants by ',
      grantor(input),
      ' came ',
      strange.name.split(' ')[0] ?? 'from',
    ],
    strange.strength,
  )
}

export function unusualMechanism(input: EvidenceInput): Measured {
  const own = input.facts.grantor
  const familiar = own?.familiar.mechanism ?? null
  if (familiar === null || familiar.known < HABIT_GRANTS_MIN) return 'unknown'
  if (familiar.same > 0) return 'quiet'
  return fires([
    'It was done by ',
    { text: input.grant.mechanism },
    ', which none of the last ',
    { count: familiar.known },
    ' grants by ',
    grantor(input),
    ' was',
  ])
}
