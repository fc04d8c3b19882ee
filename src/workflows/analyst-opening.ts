import { fenced } from '../domain/analyst-prompt.ts'
import type { Veil } from '../domain/analyst-redaction.ts'
import { shortCode } from '../domain/grant.ts'
import { presetNamed } from '../domain/presets/registry.ts'
import type { Known } from '../domain/redaction.ts'
import { isCommonWord } from '../domain/sentence-words.ts'
import type { TranscriptEntry } from '../domain/transcript.ts'
import { stampOf, WEEKDAYS, weekdayOf } from '../domain/wall-clock.ts'
import type { AnalystItem } from '../ports/analyst.ts'
import type { ToolContext } from './analyst-tools-people.ts'

/** Words that are looked up as names where names must not leave; what holds more of them is not sent. */
const WORDS_LOOKED_UP_MAX = 40
const PEOPLE_PER_WORD_MAX = 10
const WORD_CHARACTERS_MIN = 3

interface Opening {
  readonly spoken: string
  readonly transcript: readonly TranscriptEntry[]
  readonly context: ToolContext
  readonly veil: Veil
}

/** What the model is told before it begins: where it stands, what was said before, and the question. */
export async function openingOf(opening: Opening): Promise<readonly AnalystItem[]> {
  const { spoken, transcript, context, veil } = opening
  const { policy } = context.policy
  const keepsNames = policy.redactedFields.includes('names') || policy.redactedFields.includes('emails')
  const said = keepsNames ? await learnNames(opening) : { spoken, transcript }
  const weekday = WEEKDAYS[weekdayOf(context.now, policy.timezone) ?? 0]
  const facts = {
    now: stampOf(context.now, policy.timezone),
    weekday,
    timezone: policy.timezone,
    caseOfThisThread: context.grantId === null ? null : shortCode(context.grantId),
    sources: [...new Set(policy.feeds.map(({ preset }) => presetNamed(preset)?.title ?? preset))],
  }
  return [
    { kind: 'said', by: 'person', text: `Where and when this is asked:\n${fenced(facts)}` },
    ...said.transcript.map(
      ({ by, text }): AnalystItem => ({
        kind: 'said',
        by,
        // What we said before may quote a log: it is data like the rest.
        text: `${by === 'person' ? 'Asked' : 'Answered'} earlier:\n${fenced(veil.hide(text))}`,
      }),
    ),
    { kind: 'said', by: 'person', text: `The question to answer:\n${fenced(veil.hide(said.spoken))}` },
  ]
}

/** Where names are kept back, those that people typed are as well: whoever the ledger knows by one of the words. */
async function learnNames(opening: Opening): Promise<Pick<Opening, 'spoken' | 'transcript'>> {
  const { spoken, transcript, context, veil } = opening
  const asked = wordsOf(spoken)
  const earlier = wordsOf(transcript.map(({ text }) => text).join(' ')).filter(
    (word) => !asked.includes(word),
  )
  const keepsTranscript = asked.length + earlier.length <= WORDS_LOOKED_UP_MAX
  const words = keepsTranscript ? [...asked, ...earlier] : asked.slice(0, WORDS_LOOKED_UP_MAX)
  for (const text of words) {
    const people = await context.ports.store.records.search.people({
      tenantId: context.tenantId,
      text,
      limit: PEOPLE_PER_WORD_MAX,
    })
    veil.learn(
      people.flatMap(({ person, names }): readonly Known[] =>
        (names.length === 0 ? [null] : names).map((name) => ({
          grantee: { id: person, email: person.includes('@') ? person : null, name, type: 'unknown' },
          grantor: null,
          granteePerson: person,
          grantorPerson: null,
        })),
      ),
    )
  }
  const isWhole = asked.length <= WORDS_LOOKED_UP_MAX
  return {
    spoken: isWhole
      ? spoken
      : spoken.slice(0, spoken.toLowerCase().indexOf(asked[WORDS_LOOKED_UP_MAX] ?? '')),
    transcript: keepsTranscript ? transcript : [],
  }
}

function wordsOf(text: string): readonly string[] {
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}@._'’+-]*/gu) ?? []
  const distinct = new Set(words.map((word) => word.toLowerCase().replace(/['’]s$/, '')))
  return [...distinct].filter((word) => word.length >= WORD_CHARACTERS_MIN && !isCommonWord(word))
}
