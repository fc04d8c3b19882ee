import type { Behaviour } from './history-facts.ts'
import {
  countBefore,
  type Habit,
  type HistoryProfile,
  LOOK_BACK_ROWS,
  type LogKind,
  type LogRows,
  logKeyOf,
  logSubjectOf,
  type Mark,
  type PastGrant,
} from './history-log.ts'
import { DAYS, HOURS } from './rhythm.ts'

/** How facts look back on the logs of a profile. */

export function logOf<K extends LogKind>(
  profile: HistoryProfile,
  kind: K,
  row: PastGrant,
): readonly LogRows[K][] {
  const subject = logSubjectOf(kind, row)
  const logs: ReadonlyMap<string, readonly LogRows[K][]> = profile.logs[kind]
  return subject === null ? [] : (logs.get(logKeyOf(subject)) ?? [])
}

/** The newest rows strictly before a grant, without its own act. */
export function earlier<K extends LogKind>(
  profile: HistoryProfile,
  kind: K,
  row: PastGrant,
): readonly LogRows[K][] {
  const log = logOf(profile, kind, row)
  const end = countBefore(log, row.occurredAt)
  return log.slice(Math.max(0, end - LOOK_BACK_ROWS[kind]), end).filter((past) => past.act !== row.act)
}

/** Rows from which nothing is learned yet, passed over on the way back to those from which something is. */
const UNLEARNED_ROWS_MAX = 20_000

/** The newest rows that were learned by the time of a grant, oldest first. */
export function learnedBy(
  profile: HistoryProfile,
  kind: 'grantorHabit' | 'feedHabit',
  row: PastGrant,
): readonly Habit[] {
  const log = logOf(profile, kind, row)
  const learned: Habit[] = []
  const end = countBefore(log, row.occurredAt)
  const until = Math.max(0, end - UNLEARNED_ROWS_MAX)
  for (let index = end - 1; index >= until && learned.length < LOOK_BACK_ROWS[kind]; index -= 1) {
    const past = log[index]
    if (past !== undefined && past.learnedAt !== null && past.learnedAt <= row.occurredAt) learned.push(past)
  }
  return learned.reverse().filter((past) => past.act !== row.act)
}

export function lastAt(rows: readonly Mark[]): number | null {
  return rows.at(-1)?.occurredAt ?? null
}

export function behaviourOf(rows: readonly Habit[]): Behaviour {
  const byHour = new Array<number>(HOURS).fill(0)
  const byDay = new Array<number>(DAYS).fill(0)
  const acts = new Set<string>()
  let justified = 0
  let ticketed = 0
  for (const row of rows) {
    if (row.justified) justified += 1
    if (row.ticketed) ticketed += 1
    if (acts.has(row.act)) continue
    acts.add(row.act)
    byHour[row.localHour] = (byHour[row.localHour] ?? 0) + 1
    byDay[row.localDay] = (byDay[row.localDay] ?? 0) + 1
  }
  return { grants: rows.length, acts: acts.size, byHour, byDay, justified, ticketed }
}
