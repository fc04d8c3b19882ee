import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Preset } from '../../src/domain/presets/preset.ts'
import { type LabelledEvent, read, summary } from '../domain/presets/labelled-events.ts'
import { labelOf } from '../domain/presets/proof.ts'
import { presetOfSource } from './sources-presets.ts'

/**
 * `npm run eval -- sources [--data DIR]`: how well each source is read. Events come from the project's fixtures, or
 * from `DIR/events/*.ndjson` (or `DIR/*.ndjson`) in the same form. Ends with 1 when a bar does not hold.
 */

const FIXTURES = new URL('../fixtures/events/', import.meta.url)
/** Labels `other` that look like a grant and are none; `ambiguous` ones are reported apart. */
const NEAR_MISSES = ['hard_negative', 'identity', 'restriction_not_a_grant']

export interface SourceEvent extends Pick<LabelledEvent, 'id' | 'label' | 'kind' | 'exclusion' | 'event'> {
  readonly source: string
}

export interface SourceScore {
  readonly source: string
  readonly preset: string | null
  readonly events: number
  readonly grants: number
  readonly found: number
  readonly excluded: number
  /** Labelled grants that are neither read as given nor excluded with a quote. */
  readonly missed: readonly string[]
  readonly directionErrors: readonly string[]
  readonly plainAccepts: readonly string[]
  readonly nearAccepts: readonly string[]
  readonly ambiguousAccepts: number
  readonly crashes: readonly string[]
}

export function scoreSource(
  source: string,
  events: readonly SourceEvent[],
  preset: Preset | null,
): SourceScore {
  const read = events.map((event) => ({ event, reading: readingOf(preset, event.event) }))
  const ids = (chosen: (one: (typeof read)[number]) => boolean) =>
    read.filter(chosen).map(({ event }) => event.id)
  const isGrant = ({ event }: (typeof read)[number]) => event.label === 'privileged_grant'
  const accepted = ({ event, reading }: (typeof read)[number], kinds: readonly (string | null)[]) =>
    event.label === 'other' &&
    kinds.includes(event.kind ?? null) &&
    reading === 'privileged_grant' &&
    event.exclusion === undefined
  return {
    source,
    preset: preset?.name ?? null,
    events: events.length,
    grants: ids(isGrant).length,
    found: ids((one) => isGrant(one) && one.reading === 'privileged_grant').length,
    excluded: ids(
      (one) => isGrant(one) && one.reading !== 'privileged_grant' && one.event.exclusion !== undefined,
    ).length,
    missed: ids(
      (one) => isGrant(one) && one.reading !== 'privileged_grant' && one.event.exclusion === undefined,
    ),
    directionErrors: ids(
      (one) =>
        // A demotion that is labelled a grant is a wrong label, taken out with the words that say so.
        (isGrant(one) && one.reading === 'revoke' && one.event.exclusion === undefined) ||
        (one.event.label === 'revoke' && one.reading === 'privileged_grant'),
    ),
    plainAccepts: ids((one) => accepted(one, [null])),
    nearAccepts: ids((one) => accepted(one, NEAR_MISSES)),
    ambiguousAccepts: ids((one) => accepted(one, ['ambiguous'])).length,
    crashes: ids((one) => one.reading === 'crash'),
  }
}

function readingOf(preset: Preset | null, event: unknown): LabelledEvent['label'] | 'crash' {
  if (preset === null) return 'other'
  try {
    return labelOf(summary(read(preset, event)))
  } catch {
    return 'crash'
  }
}

/** A demotion within one event names both directions; it counts as given only if something was given. */
function holds(score: SourceScore): boolean {
  const faults = [score.missed, score.directionErrors, score.plainAccepts, score.nearAccepts, score.crashes]
  return faults.every((ids) => ids.length === 0)
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(2)
}

const COLUMNS = [
  'source',
  'preset',
  'events',
  'grants',
  'raw recall',
  'excluded',
  'recall',
  'direction',
  'plain',
  'near miss',
  'ambiguous',
  'crashes',
] as const

function rowOf(score: SourceScore): readonly string[] {
  const judged = score.grants - score.excluded
  return [
    score.source,
    score.preset ?? 'none',
    `${score.events}`,
    `${score.grants}`,
    ratio(score.found, score.grants),
    `${score.excluded}`,
    ratio(score.found, judged),
    `${score.directionErrors.length}`,
    `${score.plainAccepts.length}`,
    `${score.nearAccepts.length}`,
    `${score.ambiguousAccepts}`,
    `${score.crashes.length}`,
  ]
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Events by source, from a folder; exclusions are the fixtures', by the event's id. */
function eventsIn(folder: URL | string): ReadonlyMap<string, readonly SourceEvent[]> {
  const exclusions = new Map<string, LabelledEvent['exclusion']>()
  for (const event of linesIn(FIXTURES))
    if (event.exclusion !== undefined) exclusions.set(event.id, event.exclusion)
  const bySource = new Map<string, SourceEvent[]>()
  for (const event of linesIn(folder)) {
    const exclusion = event.exclusion ?? exclusions.get(event.id)
    const list = bySource.get(event.source) ?? []
    list.push(exclusion === undefined ? event : { ...event, exclusion })
    bySource.set(event.source, list)
  }
  return bySource
}

function linesIn(folder: URL | string): readonly SourceEvent[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .flatMap((name) =>
      readFileSync(typeof folder === 'string' ? `${folder}/${name}` : new URL(name, folder), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as SourceEvent),
    )
}

/** Prints the table; 0 when every bar holds, 1 when one does not, 2 for a wrong call. */
export function runSources(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } }, strict: true })
  const given = values.data
  const folder = given === undefined ? FIXTURES : existsSync(`${given}/events`) ? `${given}/events` : given
  if (typeof folder === 'string' && !existsSync(folder)) {
    process.stderr.write(`There is no folder ${folder}; --data names one with events/*.ndjson.\n`)
    return 2
  }
  const scores = [...eventsIn(folder)].map(([source, events]) =>
    scoreSource(source, events, presetOfSource(source)),
  )
  const total = scores.reduce(
    (sum, score) => ({
      grants: sum.grants + score.grants,
      found: sum.found + score.found,
      excluded: sum.excluded + score.excluded,
    }),
    { grants: 0, found: 0, excluded: 0 },
  )
  process.stdout.write(`${table([COLUMNS, ...scores.map(rowOf)])}\n\n`)
  process.stdout.write(
    `${total.grants} labelled grants: raw recall ${ratio(total.found, total.grants)}, ${total.excluded} excluded with a quote, recall after exclusions ${ratio(total.found, total.grants - total.excluded)}.\n`,
  )
  const broken = scores.filter((score) => !holds(score))
  for (const score of broken)
    process.stdout.write(
      `${score.source}: missed ${list(score.missed)}; direction ${list(score.directionErrors)}; accepted ${list([...score.plainAccepts, ...score.nearAccepts])}; crashed ${list(score.crashes)}\n`,
    )
  process.stdout.write(broken.length === 0 ? 'Every bar holds.\n' : `${broken.length} sources miss a bar.\n`)
  return broken.length === 0 ? 0 : 1
}

const SHOWN_MAX = 20

function list(ids: readonly string[]): string {
  if (ids.length === 0) return 'none'
  return (
    ids.slice(0, SHOWN_MAX).join(' ') + (ids.length > SHOWN_MAX ? ` and ${ids.length - SHOWN_MAX} more` : '')
  )
}
