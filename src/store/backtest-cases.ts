import type { Kysely } from 'kysely'
import type { Assessment } from '../domain/assessment.ts'
import type { Decided } from '../domain/backtest.ts'
import type { Band } from '../domain/evidence.ts'
import type { PastCase } from '../domain/judge-anew.ts'
import type { ReviewState } from '../domain/review.ts'
import type { BoundAnswer } from '../domain/verdict.ts'
import type { BacktestCases } from '../ports.ts'
import { grantorOf } from './grant-rows.ts'
import type { Schema } from './schema.ts'

export function createBacktestCases(db: Kysely<Schema>): BacktestCases {
  return {
    page: async ({ tenantId, since, after, limit }) => {
      const from = Math.trunc(after?.assessedAt ?? since)
      const rows = await casesOf(db, tenantId)
        .where('assessments.assessed_at', '>=', from)
        .$if(after !== null, (query) =>
          query.where((where) =>
            where.or([
              where('assessments.assessed_at', '>', from),
              where('assessments.grant_id', '>', after?.grantId ?? ''),
            ]),
          ),
        )
        .orderBy('assessments.assessed_at')
        .orderBy('assessments.grant_id')
        .limit(limit)
        .execute()
      return rows.map(fromRow)
    },
    decided: async (tenantId) => {
      const found = await db
        .selectFrom('reviews')
        .select(['grant_id', 'state'])
        .where('tenant_id', '=', tenantId)
        .where('state', 'in', Object.keys(DECIDED) as ReviewState[])
        .execute()
      return new Map(
        found.flatMap(({ grant_id, state }): readonly [string, Decided][] => {
          const decided = DECIDED[state]
          return decided === undefined ? [] : [[grant_id, decided]]
        }),
      )
    },
  }
}

type CaseRow = Awaited<ReturnType<ReturnType<typeof casesOf>['execute']>>[number]

function casesOf(db: Kysely<Schema>, tenantId: string) {
  return db
    .selectFrom('assessments')
    .innerJoin('grants', (join) =>
      join
        .onRef('grants.tenant_id', '=', 'assessments.tenant_id')
        .onRef('grants.id', '=', 'assessments.grant_id'),
    )
    .select(['assessed_at', 'assessments.policy_version', 'disposition', 'assessments.band', 'answer'])
    .select(['baseline', 'model', 'verdict'])
    .select(['grants.id', 'feed_id', 'source', 'kind', 'standing', 'expires_at', 'occurred_at'])
    .select(['grantee_id', 'grantee_email', 'grantee_name', 'grantee_type', 'grantee_person'])
    .select(['grantor_id', 'grantor_email', 'grantor_name', 'grantor_type', 'grantor_person'])
    .select(['role_id', 'role_name', 'tier', 'scope'])
    .where('assessments.tenant_id', '=', tenantId)
    .where('disposition', '!=', 'history')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('assessments as later')
            .select('later.revision')
            .whereRef('later.tenant_id', '=', 'assessments.tenant_id')
            .whereRef('later.grant_id', '=', 'assessments.grant_id')
            .whereRef('later.revision', '>', 'assessments.revision'),
        ),
      ),
    )
}

/** Where a review stands tells what people decided, unless they took it back. */
const DECIDED: Partial<Readonly<Record<ReviewState, Decided>>> = {
  approved: 'approve',
  revoking: 'revoke',
  revoked: 'revoke',
  overdue: 'revoke',
}

function fromRow(row: CaseRow): PastCase {
  return {
    grant: {
      id: row.id,
      feedId: row.feed_id,
      source: row.source,
      kind: row.kind,
      grantee: {
        id: row.grantee_id,
        email: row.grantee_email,
        name: row.grantee_name,
        type: row.grantee_type,
      },
      granteePerson: row.grantee_person,
      grantor: grantorOf(row),
      grantorPerson: row.grantor_person,
      role: { id: row.role_id, name: row.role_name, tier: row.tier, scope: row.scope },
      standing: row.standing === 1,
      expiresAt: row.expires_at,
      occurredAt: row.occurred_at,
    },
    assessedAt: row.assessed_at,
    policyVersion: row.policy_version,
    disposition: row.disposition,
    band: row.band,
    floor: FLOOR.exec(row.verdict)?.[1] ?? null,
    ...weighedOf(row.baseline),
    answer: answerOf(row),
  }
}

const SCORE = /^\{"score":(\d+),/
/** A quote within a sentence is escaped, so that no text from outside can look like this. */
const WEIGHED = /\{"id":"(\w+)","weight":(-?\d+(?:\.\d+)?),/g

/** Score and weights of a stored baseline. Most of its text is sentences, which cost more to parse than all the rest. */
function weighedOf(baseline: string): Pick<PastCase, 'score' | 'evidence'> {
  const score = SCORE.exec(baseline)?.[1]
  if (score === undefined) return JSON.parse(baseline) as Assessment['baseline']
  const evidence = []
  for (const [, id = '', weight] of baseline.matchAll(WEIGHED)) evidence.push({ id, weight: Number(weight) })
  return { score: Number(score), evidence }
}

/** As a verdict is stored: nothing in it comes from outside. */
const FLOOR = /"floor":\{"id":"(\w+)"/
const RULES: BoundAnswer = { kind: 'rules' }
/** What stands after the band is long, and not needed. */
const OPINION = /^\{"kind":"opinion","opinion":\{"band":"(low|medium|high)"/

function answerOf({ answer, model }: Pick<CaseRow, 'answer' | 'model'>): BoundAnswer {
  if (answer === 'rules') return RULES
  const band = OPINION.exec(model)?.[1]
  if (band === undefined) return JSON.parse(model) as Assessment['model']
  return { kind: 'opinion', opinion: { band: band as Band } }
}
