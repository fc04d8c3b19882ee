/** What a person typed, as Slack delivers it: escaped, with people, channels and links as tokens in angle brackets. */

const CHARACTERS_MAX = 4_000
const PEOPLE_MAX = 5
const TOKEN = /<([@#!]?)([^<>|\s]{1,300})(?:\|([^<>]{0,300}))?>/g

export interface TypedWords {
  readonly mentionsUs: boolean
  /** Speaks to a person, a group or everybody by mention. */
  readonly mentionsOthers: boolean
  /** People mentioned beside us, so that they can be named as the ledger names them. */
  readonly people: readonly string[]
  /** The words without the mention of us; each other person stands as `names` says. */
  text(names: ReadonlyMap<string, string>): string
}

export function readTyped(delivered: string, botUserId: string): TypedWords {
  const clipped = delivered.slice(0, CHARACTERS_MAX)
  const tokens = [...clipped.matchAll(TOKEN)]
  const people = tokens.flatMap(([, sigil, id]) => (sigil === '@' && id !== undefined ? [id] : []))
  const others = people.filter((id) => id !== botUserId)
  return {
    mentionsUs: people.includes(botUserId),
    mentionsOthers: others.length > 0 || tokens.some(([, sigil, id]) => sigil === '!' && speaksTo(id ?? '')),
    people: [...new Set(others)].slice(0, PEOPLE_MAX),
    text(names) {
      const read = clipped.replaceAll(TOKEN, (_whole, sigil: string, id: string, label?: string) => {
        if (sigil === '@') return id === botUserId ? ' ' : (names.get(id) ?? label ?? `@${id}`)
        if (sigil === '#') return `#${label || id}`
        if (sigil === '!') return label ?? `@${id.replace(/^subteam\^/, '')}`
        return label || id.replace(/^mailto:/, '')
      })
      return unescaped(read)
        .replaceAll(/[^\S\n]+/g, ' ')
        .trim()
    },
  }
}

/** A date is written as a token too, and speaks to nobody. */
function speaksTo(id: string): boolean {
  return !id.startsWith('date^')
}

/** Slack escapes what people type; it is escaped again where it is shown. */
export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
