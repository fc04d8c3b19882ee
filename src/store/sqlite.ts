import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely'
import { bindable, refuseSecondConnection } from './connection-rules.ts'
import { databaseFailure, isContention } from './failure.ts'

/** How long a statement waits for another process on the same file, and how often it asks meanwhile. */
const PATIENCE_MS = 2_000
const ASK_EVERY_MS = 10
/** The ledger's indexes are written in random places: with SQLite's own 2 MB, inserts take half as long again. */
const CACHE_KIB = 32_768
/** Audit logs are nobody else's business on this machine. */
const OWNER_ONLY = 0o700
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
  #connection: DatabaseConnection | null = null
  #tail: Promise<void> = Promise.resolve()
  #release: () => void = () => undefined

  override async acquireConnection(): Promise<DatabaseConnection> {
    refuseSecondConnection()
    const turn = this.#tail
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#tail = promise
    await turn
    this.#release = resolve
    this.#connection ??= new PatientConnection(await super.acquireConnection())
    return this.#connection
  }

  override async releaseConnection(): Promise<void> {
    this.#release()
  }
}

/** Waits for another process without holding up this one: SQLite's own wait would stop the event loop. */
class PatientConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection

  constructor(connection: DatabaseConnection) {
    this.#connection = connection
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      try {
        return await this.#connection.executeQuery<R>(query)
      } catch (error) {
        // A busy statement has done nothing, so that it can be given again.
        if (!isContention(error) || Date.now() >= deadline) throw error
        await delay(ASK_EVERY_MS * Math.random())
      }
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#connection.streamQuery<R>(query, chunkSize)
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
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY })
    const opened = new DatabaseSync(path, { timeout: PATIENCE_MS, enableForeignKeyConstraints: true })
    opened.exec('pragma journal_mode = wal')
    opened.exec('pragma synchronous = full')
    opened.exec('pragma busy_timeout = 0')
    opened.exec(`pragma cache_size = -${CACHE_KIB}`)
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
