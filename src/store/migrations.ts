import { type Kysely, sql } from 'kysely'
import type { Migration, MigrationProvider } from 'kysely/migration'
import { grantorsOfReviews } from './grantors-of-reviews.ts'
import { historyIndexes } from './history-indexes.ts'
import { initialIndexes, initialTables, type TableShape } from './initial-tables.ts'
import { proposalsIndex, proposalsTable } from './proposals-table.ts'
import type { Schema } from './schema.ts'

export type Engine = 'sqlite' | 'postgres'

/** Forward only: a migration that has been released is never edited, the next one is added below it. */
export function migrations(engine: Engine): MigrationProvider {
  const all: Record<string, Migration> = {
    '0001_initial': {
      up: async (db) => {
        for (const [name, shape] of Object.entries(initialTables))
          await createTable(db, { engine, name, shape })
        for (const statement of [...historyIndexes[engine], ...initialIndexes])
          await sql.raw(statement).execute(db)
      },
    },
    '0002_policy_proposals': {
      up: async (db) => {
        await createTable(db, { engine, name: 'policy_proposals', shape: proposalsTable })
        await sql.raw(proposalsIndex).execute(db)
      },
    },
    '0003_grantors_of_reviews': {
      up: async (db) => {
        for (const statement of grantorsOfReviews[engine]) await sql.raw(statement).execute(db)
      },
    },
  }
  return { getMigrations: async () => all }
}

async function createTable(
  db: Kysely<Schema>,
  table: { engine: Engine; name: string; shape: TableShape },
): Promise<void> {
  const { columns, primaryKey, unique } = table.shape
  const parts = Object.entries(columns).map(
    ([name, kind]) => `${quoted(name)} ${columnTypes[table.engine][kind]}`,
  )
  if (primaryKey.length > 0) parts.push(`primary key (${primaryKey.map(quoted).join(', ')})`)
  for (const names of unique) parts.push(`unique (${names.map(quoted).join(', ')})`)
  await sql.raw(`create table ${quoted(table.name)} (${parts.join(', ')})`).execute(db)
}

// Text compares byte by byte on both engines, so that ranges, orders and prefixes agree and can use an index.
const columnTypes = {
  sqlite: {
    text: 'text not null',
    'text?': 'text',
    number: 'bigint not null',
    'number?': 'bigint',
    // Without autoincrement a position would be given out again once the newest row is deleted.
    position: 'integer primary key autoincrement',
  },
  postgres: {
    text: 'text collate "C" not null',
    'text?': 'text collate "C"',
    number: 'bigint not null',
    'number?': 'bigint',
    position: 'bigint generated always as identity primary key',
  },
} as const

function quoted(name: string): string {
  return `"${name}"`
}
