import { setTimeout as delay } from 'node:timers/promises'
import { Kysely } from 'kysely'
import type { Records, UnitOfWork } from '../ports.ts'
import { insideTransaction } from './connection-rules.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { isContention } from './failure.ts'
import { type KeyScope, KeyValueAdapter, KeyValues, sweepExpired } from './key-value.ts'
import { migrate } from './migrate.ts'
import type { Engine } from './migrations.ts'
import { postgresDialect } from './postgres.ts'
import { createRecords } from './records.ts'
import type { Schema } from './schema.ts'
import { sqliteDialect } from './sqlite.ts'

/** How often a transaction is done again when another one was in its way, and how long it stands back first. */
const TRIES_MAX = 6
const STAND_BACK_MS = 10

export interface Store extends UnitOfWork {
  readonly engine: Engine
  /** State that may expire, kept apart by scope. */
  keyValue(scope: KeyScope): KeyValues
  /** Deletes expired keys, a bounded number at a time; answers with how many. */
  sweepKeyValues(): Promise<number>
  close(): Promise<void>
}

/** Opens the database of a `DATABASE_URL`, bringing its tables up to date first. */
export async function openStore(url: string): Promise<Store> {
  const location = parseDatabaseUrl(url)
  const db = new Kysely<Schema>({
    dialect: location.engine === 'sqlite' ? sqliteDialect(location.path) : postgresDialect(location),
  })
  try {
    await migrate(db, location)
  } catch (error) {
    await db.destroy()
    throw error
  }
  return {
    engine: location.engine,
    records: createRecords(db),
    transaction: (work) => transaction(db, work),
    keyValue: (scope) => new KeyValues(new KeyValueAdapter(db, scope)),
    sweepKeyValues: () => sweepExpired(db),
    close: () => db.destroy(),
  }
}

/**
 * On SQLite one transaction runs at a time. On Postgres they run at `read committed`: what is read by key and then
 * written is protected by its version, a unique key or the lock on the chain's head, so stricter isolation would
 * only fail more often. The work may run more than once: it must have no effect but on its records.
 */
async function transaction<T>(db: Kysely<Schema>, work: (records: Records) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db
        .transaction()
        .setIsolationLevel('read committed')
        .execute((inside) => insideTransaction(() => work(createRecords(inside))))
    } catch (error) {
      if (attempt === TRIES_MAX || !isContention(error)) throw error
      await delay(STAND_BACK_MS * 2 ** attempt * Math.random())
    }
  }
}
