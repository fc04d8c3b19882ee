import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { UpstreamError } from '../ports.ts'
import type { DatabaseLocation } from './database-url.ts'
import { migrations } from './migrations.ts'
import type { Schema } from './schema.ts'

/** Brings the tables up to date. Of several instances that start at once one does it, the others wait. */
export async function migrate(db: Kysely<Schema>, location: DatabaseLocation): Promise<void> {
  // The migrator looks for its own tables in every schema of a database unless it is told which one.
  const schema = location.engine === 'sqlite' ? null : (location.schema ?? (await currentSchema(db)))
  const migrator = new Migrator({
    db,
    provider: migrations(location.engine),
    ...(schema === null ? {} : { migrationTableSchema: schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error instanceof UpstreamError) throw error
  if (error !== undefined)
    throw new Error(
      'The database was written by another version of Countersign: start that one, or restore.',
      {
        cause: error,
      },
    )
}

async function currentSchema(db: Kysely<Schema>): Promise<string | null> {
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(db)
  return rows[0]?.name ?? null
}
