import { type Kysely, type Selectable, sql } from 'kysely'
import {
  CALIBRATION_ROWS_MAX,
  type CalibrationRow,
  decodeRow,
  emptyCalibration,
  encodeRow,
} from '../domain/calibration.ts'
import type { Calibrations } from '../ports.ts'
import { batches, inBatches } from './batches.ts'
import type { CalibrationTable, Schema } from './schema.ts'

const COLUMNS = 6

export function createCalibrations(db: Kysely<Schema>): Calibrations {
  return {
    load: async (tenantId) => {
      const rows = await db
        .selectFrom('calibration')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('at', 'desc')
        .orderBy('act')
        .limit(CALIBRATION_ROWS_MAX)
        .execute()
      const calibration = emptyCalibration()
      calibration.rows.push(...rows.reverse().flatMap(fromRow))
      return calibration
    },
    rows: (tenantId, acts) =>
      inBatches(acts, async (batch) => {
        const rows = await db
          .selectFrom('calibration')
          .selectAll()
          .where('tenant_id', '=', tenantId)
          .where('act', 'in', batch)
          .execute()
        return rows.flatMap(fromRow)
      }),
    put: async (tenantId, rows) => {
      if (rows.length === 0) return
      for (const batch of batches(rows, COLUMNS))
        await db
          .insertInto('calibration')
          .values(batch.map((row) => toRow(tenantId, row)))
          .onConflict((conflict) =>
            conflict.columns(['tenant_id', 'act']).doUpdateSet((row) => ({
              at: row.ref('excluded.at'),
              by: row.ref('excluded.by'),
              learned_at: row.ref('excluded.learned_at'),
              form: row.ref('excluded.form'),
            })),
          )
          .execute()
      await dropOldest(db, tenantId)
    },
    setLearned: async (tenantId, act, learnDelayMs) => {
      await db
        .updateTable('calibration')
        .set({ learned_at: learnDelayMs === null ? null : sql`at + ${sql.lit(learnDelayMs)}` })
        .where('tenant_id', '=', tenantId)
        .where('act', '=', act)
        .execute()
    },
    holdBack: async (tenantId, grantors, now) => {
      if (grantors.length === 0) return
      await db
        .updateTable('calibration')
        .set({ learned_at: null })
        .where('tenant_id', '=', tenantId)
        .where('by', 'in', [...grantors])
        .where('learned_at', '>', Math.trunc(now))
        .execute()
    },
    release: async (tenantId, grantor, learnDelayMs) => {
      await db
        .updateTable('calibration')
        .set({ learned_at: sql`at + ${sql.lit(learnDelayMs)}` })
        .where('tenant_id', '=', tenantId)
        .where('by', '=', grantor)
        .where('learned_at', 'is', null)
        .execute()
    },
  }
}

async function dropOldest(db: Kysely<Schema>, tenantId: string): Promise<void> {
  const last = await db
    .selectFrom('calibration')
    .select('at')
    .where('tenant_id', '=', tenantId)
    .orderBy('at', 'desc')
    .offset(CALIBRATION_ROWS_MAX)
    .limit(1)
    .executeTakeFirst()
  if (last === undefined) return
  await db.deleteFrom('calibration').where('tenant_id', '=', tenantId).where('at', '<=', last.at).execute()
}

function toRow(tenantId: string, row: CalibrationRow): CalibrationTable {
  return {
    tenant_id: tenantId,
    act: row.act,
    at: Math.trunc(row.at),
    by: row.by,
    learned_at: row.learnedAt === null ? null : Math.trunc(row.learnedAt),
    form: encodeRow(row),
  }
}

/** A row of an older form is passed over: it means something else. */
function fromRow(row: Selectable<CalibrationTable>): readonly CalibrationRow[] {
  const decoded = decodeRow(row.form)
  return decoded === null
    ? []
    : [{ act: row.act, at: row.at, by: row.by, learnedAt: row.learned_at, ...decoded }]
}
