import assert from 'node:assert/strict'
import {
  type DatabaseIntrospector,
  type Dialect,
  type Kysely,
  type PostgresCursor,
  PostgresDialect,
  PostgresIntrospector,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
  sql,
  type TableMetadata,
} from 'kysely'
import { Pool, type PoolClient, types } from 'pg'
import { bindable, refuseSecondConnection } from './connection-rules.ts'
import { databaseFailure } from './failure.ts'

const CONNECTIONS_MAX = 10
const CONNECT_TIMEOUT_MS = 5_000
const STATEMENT_TIMEOUT_MS = 30_000
/** A transaction whose process is stuck must not hold the chain's head for longer than this. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000

/** Type ids of bigint and numeric: times, counts and sums, all of them well inside a double's whole numbers. */
const WHOLE_NUMBERS: readonly number[] = [20, 1700]

/** Kysely's Postgres dialect over a pool of ours; with a schema, everything happens in that one. */
export function postgresDialect(options: { url: string; schema: string | null }): Dialect {
  const pool = new Pool({
    connectionString: options.url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: 'countersign',
    keepAlive: true,
    ...(options.schema === null ? {} : { options: `-c search_path=${options.schema}` }),
    types: {
      getTypeParser: (id, format) =>
        WHOLE_NUMBERS.includes(id) ? Number : types.getTypeParser(id, format ?? 'text'),
    },
  })
  // A connection that breaks rejects the statement it was running, and the pool drops it. The events say the
  // same once more, and would end the process if nobody listened.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new OwnSchemaDialect({ pool: guarded(pool) })
}

class OwnSchemaDialect extends PostgresDialect {
  override createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new OwnSchemaIntrospector(db)
  }
}

/**
 * Looks at the tables of the schema in use only, without their columns, which nobody asks for. Kysely's own looks at
 * every table of the database, and fails when somebody drops one of those meanwhile.
 */
class OwnSchemaIntrospector extends PostgresIntrospector {
  readonly #db: Kysely<unknown>

  constructor(db: Kysely<unknown>) {
    super(db)
    this.#db = db
  }

  override async getTables(): Promise<TableMetadata[]> {
    const { rows } = await sql<{ schema: string; name: string }>`
      select schemaname as schema, tablename as name from pg_catalog.pg_tables
      where schemaname = current_schema()`.execute(this.#db)
    return rows.map(({ schema, name }) => ({ schema, name, isView: false, isForeign: false, columns: [] }))
  }
}

function guarded(pool: Pool): PostgresPool {
  return {
    options: pool.options,
    async connect() {
      refuseSecondConnection()
      return new GuardedClient(await pool.connect().catch(rethrow))
    },
    end: () => pool.end(),
  }
}

class GuardedClient implements PostgresPoolClient {
  readonly #client: PoolClient

  constructor(client: PoolClient) {
    this.#client = client
  }

  query<R>(sql: string, parameters: ReadonlyArray<unknown>): Promise<PostgresQueryResult<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query<R>(
    statement: string | PostgresCursor<R>,
    parameters: ReadonlyArray<unknown> = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    assert(typeof statement === 'string', 'Results are read whole, in pages of named size.')
    return this.#run(statement, parameters.map(bindable))
  }

  async #run<R>(
    statement: string,
    parameters: readonly (string | number | null)[],
  ): Promise<PostgresQueryResult<R>> {
    const result = await this.#client.query(statement, [...parameters]).catch(rethrow)
    return {
      command: result.command as PostgresQueryResult<R>['command'],
      rowCount: result.rowCount ?? 0,
      rows: result.rows,
    }
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy)
  }
}

function rethrow(error: unknown): never {
  throw databaseFailure(error)
}
