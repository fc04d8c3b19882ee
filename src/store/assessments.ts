import type { Kysely, Selectable } from 'kysely'
import type { Assessment } from '../domain/assessment.ts'
import { bandRank } from '../domain/evidence.ts'
import { type Assessments, ConflictError } from '../ports.ts'
import { allOrNothing, batches, inBatches } from './batches.ts'
import { type AssessmentsTable, flag, type Schema } from './schema.ts'

const COLUMNS = 13

export function createAssessments(db: Kysely<Schema>): Assessments {
  return {
    insert: (assessments) => allOrNothing(db, (inside) => insert(inside, assessments)),
    latest: (tenantId, grantIds) =>
      inBatches(grantIds, async (batch) => {
        const rows = await newestOf(db, tenantId).where('assessments.grant_id', 'in', batch).execute()
        return rows.map(fromRow)
      }),
    // Newest first; only what counts for its grant, not what a later revision replaced.
    recent: async ({ tenantId, dispositions, limit }) => {
      if (dispositions.length === 0) return []
      const rows = await newestOf(db, tenantId)
        .where('disposition', 'in', dispositions)
        .orderBy('assessed_at', 'desc')
        .orderBy('assessments.grant_id')
        .limit(limit)
        .execute()
      return rows.map(fromRow)
    },
    // Counts grants: each by its newest revision.
    tally: async (tenantId, since) => {
      const rows = await newestOf(db, tenantId)
        .where('assessed_at', '>=', since)
        .clearSelect()
        .select((column) => ['disposition', 'band', column.fn.countAll<number>().as('count')])
        .groupBy(['disposition', 'band'])
        .orderBy('disposition')
        .orderBy('band')
        .execute()
      return rows.map(({ disposition, band, count }) => ({ disposition, band, count }))
    },
    tokensSince: async (tenantId, since) => {
      const summed = await db
        .selectFrom('assessments')
        .select((column) => column.fn.sum<number | null>('tokens').as('tokens'))
        .where('tenant_id', '=', tenantId)
        .where('assessed_at', '>=', since)
        .executeTakeFirstOrThrow()
      return summed.tokens ?? 0
    },
    raisedShare: async (tenantId, window) => {
      const rows = await db
        .selectFrom('assessments')
        .select('raised')
        .where('tenant_id', '=', tenantId)
        .where('answer', '=', 'opinion')
        .orderBy('assessed_at', 'desc')
        .limit(window)
        .execute()
      return { opinions: rows.length, raised: rows.filter((row) => row.raised === 1).length }
    },
  }
}

function newestOf(db: Kysely<Schema>, tenantId: string) {
  return db
    .selectFrom('assessments')
    .selectAll('assessments')
    .where('assessments.tenant_id', '=', tenantId)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('assessments as later')
            .select('later.revision')
            .whereRef('later.tenant_id', '=', 'assessments.tenant_id')
            .whereRef('later.grant_id', '=', 'assessments.grant_id')
            .whereRef('later.revision', '>', 'assessments.revision'),
        ),
      ),
    )
}

async function insert(db: Kysely<Schema>, assessments: readonly Assessment[]): Promise<void> {
  for (const batch of batches(assessments.map(toRow), COLUMNS)) {
    const rows = await db
      .insertInto('assessments')
      .values(batch)
      .onConflict((conflict) => conflict.doNothing())
      .returning('grant_id')
      .execute()
    if (rows.length < batch.length)
      throw new ConflictError('somebody else wrote the same revision of an assessment')
  }
}

function toRow(assessment: Assessment): AssessmentsTable {
  const { baseline, model, verdict } = assessment
  const opinion = model.kind === 'opinion' ? model.opinion : null
  return {
    tenant_id: assessment.tenantId,
    grant_id: assessment.grantId,
    revision: assessment.revision,
    assessed_at: assessment.assessedAt,
    policy_version: assessment.policyVersion,
    disposition: assessment.disposition,
    band: verdict.band,
    answer: model.kind,
    raised: flag(opinion !== null && bandRank(opinion.band) > bandRank(baseline.band)),
    tokens: opinion === null ? 0 : opinion.usage.inputTokens + opinion.usage.outputTokens,
    baseline: JSON.stringify(baseline),
    model: JSON.stringify(model),
    verdict: JSON.stringify(verdict),
  }
}

function fromRow(row: Selectable<AssessmentsTable>): Assessment {
  return {
    tenantId: row.tenant_id,
    grantId: row.grant_id,
    revision: row.revision,
    assessedAt: row.assessed_at,
    policyVersion: row.policy_version,
    baseline: JSON.parse(row.baseline) as Assessment['baseline'],
    model: JSON.parse(row.model) as Assessment['model'],
    verdict: JSON.parse(row.verdict) as Assessment['verdict'],
    disposition: row.disposition,
  }
}
