import type { Action } from './decision.ts'

/** What a text in Slack asks, as far as rules can tell. For English text. */

const TEXT_CHARACTERS_MAX = 2_000
const REASON_CHARACTERS_MAX = 300

const ASKING =
  /^(?:who|whom|whose|what|when|where|why|which|how)(?:'s|'re)?\b|^(?:did|does|do|is|are|was|were|has|have|had|can|could|should|would|will|may|any|anything|anybody|anyone)\b/
const ASKING_US =
  /^(?:please\s+)?(?:show|list|tell me|summari[sz]e|explain|compare|count|find|look up|give me|check|draw|plot|chart)\b/
const ORDER = /^(?:please\s+)?(?:revoke|approve|escalate|reopen)\b/
/** Without a question mark, fewer words than this are small talk: `what a day`. */
const UNMARKED_WORDS_MIN = 4

/** The words of a message: mentions at its start, quoted lines and code are somebody else's. */
export function spokenText(text: string): string {
  return (
    text
      .toWellFormed()
      .slice(0, TEXT_CHARACTERS_MAX)
      .replaceAll(/```[\s\S]*?(?:```|$)/g, ' ')
      .replaceAll(/^(?:>|&gt;).*$/gm, ' ')
      .replace(/^(?:\s*<@[A-Z0-9|][^>]{0,60}>[\s,:]*)+/, '')
      // Slack's marks for bold, italic and struck words.
      .replaceAll(
        /(?<![\p{L}\p{N}*_~])[*_~]+(?=[\p{L}\p{N}])|(?<=[\p{L}\p{N}?!.])[*_~]+(?![\p{L}\p{N}*_~])/gu,
        '',
      )
      .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
      .trim()
  )
}

/** Whether a message asks something, or asks us to do something: what else people say is between them. */
export function isQuestion(text: string): boolean {
  const spoken = spokenText(text).toLowerCase().replaceAll('’', "'")
  if (spoken === '') return false
  if (/\?[\s)"'!.?]*$|\?\s/.test(spoken.replaceAll(/<?https?:\/\/\S+/g, ' '))) return true
  if (ASKING_US.test(spoken) || ORDER.test(spoken)) return true
  return ASKING.test(spoken) && spoken.split(' ').length >= UNMARKED_WORDS_MIN
}

const ORDERS: readonly (readonly [Action, RegExp])[] = [
  ['reopen', /\bre-?open\b/],
  ['escalate', /\bescalate\b/],
  [
    'revoke',
    /\brevoke\b|\b(?:take|pull)\b.{0,30}\b(?:away|back)\b|\bremove (?:it|this|that|the role|the grant|her|his|their)\b/,
  ],
  ['approve', /\bapprove\b|\blet (?:it|this|that) (?:stand|pass|through)\b/],
]
const NOT_AN_ORDER =
  /\b(?:should|would|why|who|whom|when|how|did|does|was|were|has|have|if|not|don't|never|nobody|can't|cannot)\b[^.;!]*?(?:revoke|approve|escalate|re-?open|remove|take|pull|let)\b/

/** The decision that a person asks to have laid before them in their own words; null when they ask for none. */
export function actionAskedFor(text: string): Action | null {
  const spoken = spokenText(text).toLowerCase().replaceAll('’', "'")
  if (NOT_AN_ORDER.test(spoken)) return null
  const found = ORDERS.filter(([, pattern]) => pattern.test(spoken))
  // Two orders in one breath are none: which of them is meant is for the person to say.
  return found.length === 1 ? (found[0]?.[0] ?? null) : null
}

/** The reason that a person gives with an order: what follows `because`, `since`, `as`, a comma, a dash or a colon. */
export function reasonIn(text: string): string {
  const spoken = spokenText(text)
  const match =
    /\b(?:because|since|as|reason(?: is)?:?)\s+(.{3,})$|(?:,|:|;|\s[-–—]+)\s*(?:because\s+|since\s+|as\s+)?(.{3,})$/i.exec(
      spoken,
    )
  return (match?.[1] ?? match?.[2] ?? spoken)
    .trim()
    .replace(/[.!]+$/, '')
    .slice(0, REASON_CHARACTERS_MAX)
    .toWellFormed()
}

export type Intent =
  | 'waiting'
  | 'riskiest'
  | 'summary'
  | 'why'
  | 'similar'
  | 'holders'
  | 'hours'
  | 'activity'
  | 'policy'
  | 'given'
  | 'history'
  | 'case'
  | 'unknown'

/** The first that fits counts: the narrow ones stand before the wide ones. */
const INTENTS: readonly (readonly [Intent, RegExp])[] = [
  [
    'riskiest',
    /\b(?:riskiest|risky|most (?:unusual|dangerous|suspicious|risky|worrying|alarming)|worst|highest (?:risk|scores?)|oddest|scariest|sketchiest)\b/,
  ],
  [
    'summary',
    /\b(?:summari[sz]e|summary|stand-?up|digest|recap|round-?up|tl;?dr|catch me up)\b|\bwhat (?:happened|changed|went on|did (?:i|we) miss)\b(?!.*\b(?:around|at|to|with)\b)/,
  ],
  [
    'waiting',
    /\bwaiting\b|\bpending\b|\b(?:open|undecided) (?:reviews?|cases?)\b|\b(?:reviews?|cases?) (?:are |is |still )*open\b|\banything (?:left )?to (?:decide|review|do)\b|\b(?:look at|decide|review|do) (?:first|next)\b|\b(?:queue|backlog)\b|\b(?:needs?|left) (?:to (?:be )?)?(?:my |a )?(?:decided?|decision|review(?:ed)?)\b|\bon my (?:plate|list|desk)\b|\bto do for me\b/,
  ],
  [
    'similar',
    /\b(?:similar|alike|precedents?|comparable)\b|\b(?:grants?|cases?|ones?) like (?:this|it|that)\b/,
  ],
  [
    'hours',
    /\b(?:usual|normal|working|typical)\s+(?:hours?|times?)\b|\bwhat (?:hours|times?)\b|\bhours? (?:profile|of)\b|\bwhen does\b/,
  ],
  [
    'activity',
    /\bwhat else\b|\bwhat happened\b|\baround (?:then|that time|the (?:same )?time|it|\d)|\b(?:activity|logs?|events?|did (?:he|she|they) do)\b/,
  ],
  ['why', /\bwhy\b|\b(?:unusual|suspicious|odd|wrong|strange) (?:about|with)\b|\bevidence\b|\bexplain\b/],
  [
    'holders',
    /(?<!\bwhat (?:roles?|access)\b.*)\bhold(?:s|ers?|ing)?\b|\b(?:every|any)(?:one|body) with\b|\b(?:who|people) with\b|\bwho (?:else )?(?:has|have|is|are)\b(?!.*\b(?:given|granted|got)\b)|\bhow many (?:people )?(?:have|are|hold)\b/,
  ],
  [
    'policy',
    /\bpolicy\b|\bthresholds?\b|\bfloors?\b|\bsettings?\b|\bexceptions?\b|\bwhich model\b|\bshadow mode\b/,
  ],
  [
    'given',
    /\b(?:did|has|have|was|were) (?:any(?:one|body)|some(?:one|body)|nobody|there)\b|\bwho (?:else )?(?:got|was given|received|gained|became)\b|\bany new\b|\bhow many grants\b/,
  ],
  [
    'history',
    /\bhistory\b|['’]s (?:grants?|roles?|access)\b|\bbefore\b|\bprevious(?:ly)?\b|\bpast\b|\b(?:roles?|grants?|access) (?:of|to|by|for|from)\b|\bwhat (?:roles?|access|grants?)\b|\b(?:give[sn]?|gave|granted|got|get|received?)\b|\b(?:did|does)\b.{1,60}\bgrant\b/,
  ],
]

/** What a question is about, among the forms that rules can answer. */
export function intentOf(text: string): Intent {
  const spoken = spokenText(text).toLowerCase().replaceAll('’', "'")
  const found = INTENTS.find(([, pattern]) => pattern.test(spoken))
  if (found !== undefined) return found[0]
  return codesIn(text).length > 0 ? 'case' : 'unknown'
}

/** Whether a question about a person is about what they gave; `who gave Ana the role` asks what Ana was given. */
export function asksAboutGiving(text: string): boolean {
  const spoken = spokenText(text).toLowerCase()
  if (
    /\b(?:who|(?:any|some)(?:one|body))\s+(?:else\s+)?(?:ever\s+)?(?:gave|gives?|granted|grants?|handed)\b/.test(
      spoken,
    )
  )
    return false
  return (
    /\b(?:gave|gives?|grantor|hand(?:s|ed)? out|(?:given|granted) (?:out )?by)\b/.test(spoken) ||
    /\b(?:did|does)\b.{1,60}\bgrant\b|\b(?:has|have)\b.{1,60}(?<!\bbeen |\bwas )\bgranted\b/.test(spoken)
  )
}

const CODES_MAX = 5

/** Codes of grants that a text names, as `G-7K2Q9XM`. */
export function codesIn(text: string): readonly string[] {
  return (spokenText(text).match(/\bG-[0-9A-Za-z]{2,26}\b/gi) ?? []).slice(0, CODES_MAX)
}

/** The role that a question names: what stands where a role stands in the common forms. */
export function roleIn(text: string): string | null {
  const spoken = spokenText(text)
  const quoted = /["“']([^"”']{2,80})["”']/.exec(spoken)?.[1]
  if (quoted !== undefined) return quoted.trim()
  const match =
    /\b(?:holders? of|holds?|holding|(?:every|any)(?:one|body) with|(?:people|who) with|become|became|get|gets|got|given|granted|gained|received|has|have|is|are)\s+(?:the\s+|an?\s+|new\s+)*(?!(?:any|some|no)(?:one|body)\b|been\b|there\b)([\p{L}\p{N}][\p{L}\p{N} ._:/-]{1,60}?)(?:\s+(?:role|rights?|access|now|today|yesterday|on|in|at|for|since|this|last|by|from|and|after|before)\b.*)?[?.!]*$/iu.exec(
      spoken,
    )
  const role = match?.[1]?.trim() ?? null
  return role === null ||
    /^(?:this|that|it|the|same|role|there|any.*|waiting|given|roles?|you|we|they|i)(?:\s+role)?$/i.test(role)
    ? null
    : singular(role.replace(/^(?:github|okta|aws|azure|entra|gcp|slack)\s+(?=\S)/i, ''))
}

/** Holders are asked for in the plural: `the org owners` hold owner. */
function singular(role: string): string {
  return role.replace(/(?<=\b(?:owner|admin|administrator|maintainer|member|operator|manager))s$/i, '')
}

const NAMES_MAX = 6

/** Words that may name a person, the likeliest first: addresses, mentions, then words with a capital. */
export function namesIn(text: string): readonly string[] {
  const spoken = spokenText(text)
  const addresses = spoken.match(/[^\s@<>()[\]",;:'`|]{1,64}@[^\s@<>()[\]",;:'`|?!]{1,255}/g) ?? []
  const mentions = spoken.match(/<@[UW][A-Z0-9]{2,20}/g) ?? []
  const rest = addresses.reduce(
    (text, address) => text.replace(address, ' '),
    spoken.replaceAll(/<[^>]*>/g, ' '),
  )
  const proper = rest.match(/\p{Lu}[\p{L}\p{M}'’-]+(?:\s+\p{Lu}[\p{L}\p{M}'’-]+)*/gu) ?? []
  const names = proper.flatMap((name) => {
    const kept = name
      .split(/\s+/)
      .filter((word) => !NO_NAME.has(word.toLowerCase().replace(/['’](?:s|re)$/, '')))
    return kept.length === 0 ? [] : [kept.join(' ').replace(/['’]s$/u, '')]
  })
  const handles = rest.match(/\b[a-z]+(?:[._-][a-z0-9]+)+\b/g) ?? []
  return [
    ...new Set([...addresses, ...mentions.map((mention) => mention.slice(1)), ...names, ...handles]),
  ].slice(0, NAMES_MAX)
}

/** Words with a capital that begin questions, or name days, sources and roles. */
const NO_NAME: ReadonlySet<string> = new Set(
  `a an and any anybody anyone are can compare could did do does explain everything find for give has have how i in is
  it list me my on please revoke approve escalate reopen show since summarise summarize tell that the there these this
  to was were what when where which who whose why will would monday tuesday wednesday thursday friday saturday sunday
  january february march april may june july august september october november december okta github aws azure entra
  google slack axiom`.split(/\s+/),
)
