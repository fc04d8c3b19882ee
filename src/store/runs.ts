import type { Kysely } from 'kysely'
import type { Runs } from '../ports.ts'
import type { Schema } from './schema.ts'

/** Keeps the last run of each job: what was missed while the app was down is found by it. */
export function createRuns(db: Kysely<Schema>): Runs {
  return {
    save: async ({ job, startedAt, finishedAt, error }) => {
      const rest = { started_at: startedAt, finished_at: finishedAt, error }
      await db
        .insertInto('runs')
        .values({ job, ...rest })
        .onConflict((conflict) =>
          conflict.column('job').doUpdateSet(rest).where('runs.started_at', '<=', startedAt),
        )
        .execute()
    },
    last: async (job) => {
      const row = await db.selectFrom('runs').selectAll().where('job', '=', job).executeTakeFirst()
      if (row === undefined) return null
      return { job: row.job, startedAt: row.started_at, finishedAt: row.finished_at, error: row.error }
    },
  }
}
