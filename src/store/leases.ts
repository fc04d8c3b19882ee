import type { Kysely } from 'kysely'
import type { Leases } from '../ports.ts'
import type { Schema } from './schema.ts'

export function createLeases(db: Kysely<Schema>): Leases {
  return {
    // One statement, so that of two that ask at once one gets it.
    take: async ({ name, holder, until, now }) => {
      const taken = await db
        .insertInto('leases')
        .values({ name, holder, until })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, until })
            .where((where) =>
              where.or([where('leases.until', '<=', now), where('leases.holder', '=', holder)]),
            ),
        )
        .returning('holder')
        .execute()
      return taken.length === 1
    },
    release: async ({ name, holder }) => {
      await db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute()
    },
  }
}
