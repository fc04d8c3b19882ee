import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** SQLite takes 32,766 parameters in one statement, Postgres 65,535. */
const PARAMETERS_MAX = 32_000
/** Longer statements are slower to compile than they save in round trips. */
const ROWS_MAX = 500

/** Cuts rows into statements of a size that both engines take, given the parameters of one row. */
export function* batches<T>(rows: readonly T[], parametersPerRow: number): Generator<readonly T[]> {
  const size = Math.min(ROWS_MAX, Math.floor(PARAMETERS_MAX / parametersPerRow))
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}

/** Asks for keys in batches; each key once, the answers in the order of the batches. */
export async function inBatches<T>(
  keys: readonly string[],
  ask: (batch: readonly string[]) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = []
  for (const batch of batches([...new Set(keys)], 1)) found.push(...(await ask(batch)))
  return found
}

/** Several statements that count as one: in the transaction at hand, else in one of their own. */
export async function allOrNothing<T>(
  db: Kysely<Schema>,
  work: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  return db.isTransaction ? await work(db) : await db.transaction().execute(work)
}
