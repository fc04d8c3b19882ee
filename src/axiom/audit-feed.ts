import { isIngestTime } from '../domain/ingest-time.ts'
import { type AuditFeed, type AuditRow, UpstreamError } from '../ports.ts'
import { newestIngestApl, pageApl } from './apl.ts'
import type { Axiom } from './client.ts'

/** Fields that Axiom adds to what was ingested. */
const RESERVED: readonly string[] = ['_sysTime', '_rowID', '_source', '_cursor', '_blockInfo']

/** Reads audit datasets. An event is given as Axiom holds it: presets know nested, flattened and JSON forms. */
export function createAuditFeed(axiom: Axiom): AuditFeed {
  return {
    async page(query) {
      const { rows, partial } = await axiom.query(pageApl(query), query)
      return { rows: rows.map((row) => auditRowOf(query.dataset, row)), partial }
    },
    async newestIngest(query) {
      const { rows, partial } = await axiom.query(newestIngestApl(query.dataset), query)
      if (partial)
        throw new UpstreamError('axiom', `Axiom looked at a part of ${query.dataset} only.`, {
          retryable: true,
        })
      const [newest] = rows
      return newest === undefined ? null : ingestTimeOf(query.dataset, newest)
    },
  }
}

export function auditRowOf(dataset: string, row: Readonly<Record<string, unknown>>): AuditRow {
  return { ingestedAt: ingestTimeOf(dataset, row), event: auditEventOf(row) }
}

/** The event as it was ingested. */
export function auditEventOf(row: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !RESERVED.includes(name)))
}

function ingestTimeOf(dataset: string, row: Readonly<Record<string, unknown>>): string {
  const { _sysTime: ingestedAt } = row
  if (typeof ingestedAt === 'string' && isIngestTime(ingestedAt)) return ingestedAt
  // Without it there is no cursor, and guessing one could lose a grant.
  throw new UpstreamError('axiom', `A row of ${dataset} came without its ingest time (_sysTime).`, {
    retryable: false,
  })
}
