import type { ActivitySearch } from '../ports/analyst.ts'
import { activityApl } from './apl.ts'
import { auditEventOf } from './audit-feed.ts'
import type { Axiom } from './client.ts'

/** Searches audit datasets for what people did, by a fixed query whose only free parts are escaped texts. */
export function createActivitySearch(axiom: Axiom): ActivitySearch {
  return {
    async search(query) {
      const apl = activityApl(query)
      const { rows, partial } = await axiom.query(apl, { timeFrom: query.from, timeTo: query.to })
      return {
        apl,
        partial,
        rows: rows.map((row) => ({ at: timeOf(row['_time']), event: auditEventOf(row) })),
      }
    },
  }
}

function timeOf(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : at
}
