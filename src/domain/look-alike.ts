/** Names that could be taken for somebody else's: one edit away, or the same to the eye. */

export interface LookAlike {
  readonly person: string
  /** Names that differ in a digit alone are often numbered on purpose. */
  readonly by: 'digit' | 'letter'
  /** Whether that person has this very role. */
  readonly holdsRole: boolean
}

const NAME_CHARACTERS_MIN = 5
const NAME_CHARACTERS_MAX = 100

/** Characters that look alike, each brought to one form. */
const CONFUSABLES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  i: 'l',
  '|': 'l',
  '5': 's',
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  х: 'x',
  у: 'y',
  і: 'l',
  ј: 'j',
  ѕ: 's',
  ԁ: 'd',
  ո: 'n',
}

/** How one name can be taken for another; null when it cannot, or when they are the same. */
function likenessOf(one: string, other: string): LookAlike['by'] | null {
  const [a, b] = [handleOf(one), handleOf(other)]
  if (a === b) return singleEdit(domainOf(one), domainOf(other))
  if (Math.min(a.length, b.length) < NAME_CHARACTERS_MIN) return null
  if (Math.abs(a.length - b.length) > 2 || Math.max(a.length, b.length) > NAME_CHARACTERS_MAX) return null
  const edit = singleEdit(a, b)
  if (edit !== null) return edit
  return skeletonOf(a) === skeletonOf(b) ? 'letter' : null
}

function handleOf(name: string): string {
  const end = name.indexOf('@')
  return (end > 0 ? name.slice(0, end) : name).toLowerCase()
}

/** One handle in two domains is a person's own second account, unless the domains too are made to be mistaken. */
function domainOf(name: string): string {
  return name.slice(handleOf(name).length).toLowerCase()
}

/** One letter more, fewer, changed, or exchanged with its neighbour. */
function singleEdit(one: string, other: string): LookAlike['by'] | null {
  if (one === other) return null
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  if (long.length - short.length > 1) return null
  let start = 0
  while (start < short.length && short[start] === long[start]) start += 1
  let end = 0
  while (end < short.length - start && short[short.length - 1 - end] === long[long.length - 1 - end]) end += 1
  const shortMiddle = short.slice(start, short.length - end)
  const longMiddle = long.slice(start, long.length - end)
  if (longMiddle.length > 2 || shortMiddle.length > 2) return null
  const isSwap = longMiddle.length === 2 && shortMiddle === [...longMiddle].reverse().join('')
  if (longMiddle.length === 2 && !isSwap) return null
  return /^\d*$/.test(shortMiddle + longMiddle) ? 'digit' : 'letter'
}

function skeletonOf(name: string): string {
  let skeleton = ''
  for (const character of name.normalize('NFKC').replaceAll('rn', 'm').replaceAll('vv', 'w'))
    skeleton += CONFUSABLES[character] ?? character
  return skeleton
}

/** The likest among those known: a holder of the role before others, a letter before a digit. */
export function lookAlikeAmong(
  name: string,
  known: { readonly holders: readonly string[]; readonly others: readonly string[] },
): LookAlike | null {
  let best: LookAlike | null = null
  for (const [people, holdsRole] of [
    [known.holders, true],
    [known.others, false],
  ] as const)
    for (const person of people) {
      const by = likenessOf(name, person)
      if (by === null) continue
      if (by === 'letter') return { person, by, holdsRole }
      best ??= { person, by, holdsRole }
    }
  return best
}
