import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import {
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely'
import { bindable, refuseSecondConnection } from './connection-rules.ts'
import { databaseFailure } from './failure.ts'

/** How long a statement waits for another process on the same file; the event loop stands still meanwhile. */
const BUSY_TIMEOUT_MS = 2_000
/** Statements kept prepared, and the longest text worth keeping: bulk inserts of odd sizes seldom come back. */
const PREPARED_MAX = 200
const PREPARED_CHARACTERS_MAX = 4_000

/** Kysely's SQLite dialect over node:sqlite. */
export function sqliteDialect(path: string): Dialect {
  const config: SqliteDialectConfig = { database: async () => openFile(path) }
  const dialect = new SqliteDialect(config)
  return {
    createDriver: () => new OneConnectionDriver(config),
    createAdapter: () => new TransactionalAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  }
}

/** One connection, handed out in the order in which it was asked for. */
class OneConnectionDriver extends SqliteDriver {
  #tail: Promise<void> = Promise.resolve()
  #release: () => void = () => undefined

  override async acquireConnection(): Promise<DatabaseConnection> {
    refuseSecondConnection()
    const turn = this.#tail
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#tail = promise
    await turn
    this.#release = resolve
    return super.acquireConnection()
  }

  override async releaseConnection(): Promise<void> {
    this.#release()
  }
}

class TransactionalAdapter extends SqliteAdapter {
  // Kysely's own queue is unfair and would be waited in before the driver can refuse.
  override get supportsMultipleConnections(): boolean {
    return true
  }

  // Kysely says false; SQLite can, and without it a migration that was cut short would stay half done.
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

function openFile(path: string): SqliteDatabase {
  const database = checked(() => {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
    const opened = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
    opened.exec('pragma journal_mode = wal')
    opened.exec('pragma synchronous = full')
    return opened
  })
  const prepared = new Map<string, SqliteStatement>()
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = prepared.get(sql)
      if (known !== undefined) return known
      // A plain `begin` takes the write lock too late: of two processes one would fail at its first write.
      const statement = shim(checked(() => database.prepare(sql === 'begin' ? 'begin immediate' : sql)))
      if (sql.length <= PREPARED_CHARACTERS_MAX) {
        if (prepared.size >= PREPARED_MAX) prepared.clear()
        prepared.set(sql, statement)
      }
      return statement
    },
  }
}

function shim(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => bound(parameters, (values) => statement.all(...values)),
    run: (parameters) => bound(parameters, (values) => statement.run(...values)),
    iterate: (parameters) => bound(parameters, (values) => statement.iterate(...values)),
  }
}

function bound<T>(parameters: readonly unknown[], work: (values: (string | number | null)[]) => T): T {
  const values = parameters.map(bindable)
  return checked(() => work(values))
}

function checked<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw databaseFailure(error)
  }
}
