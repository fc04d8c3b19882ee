import { type ExpressionBuilder, type Kysely, sql } from 'kysely'
import type { GrantFilter, GrantSearch, PersonFound } from '../ports.ts'
import { fromRow } from './grant-rows.ts'
import type { Schema } from './schema.ts'

const ROWS_MAX = 500
const TEXT_CHARACTERS_MAX = 200
const ROLE_WORDS_MAX = 8

/** Looks things up in the ledger for people who ask; every answer is bounded, every text from outside is a value. */
export function createGrantSearch(db: Kysely<Schema>): GrantSearch {
  return {
    find: async (filter) => {
      const rows = await matching(db, filter)
        .selectAll()
        .orderBy('occurred_at', 'desc')
        .orderBy('id')
        .limit(Math.min(filter.limit, ROWS_MAX))
        .execute()
      const { total } = await matching(db, filter)
        .select((column) => column.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow()
      return { grants: rows.map(fromRow), total }
    },
    people: async ({ tenantId, text, limit }) => {
      const pattern = containing(text)
      const found = await Promise.all([
        db
          .selectFrom('grants')
          .select(['grantee_person as person', 'grantee_name as name'])
          .select((column) => column.fn.max('occurred_at').as('last_at'))
          .where('tenant_id', '=', tenantId)
          .where(({ or }) =>
            or([like('grantee_person', pattern), like('grantee_name', pattern), like('grantee_id', pattern)]),
          )
          .groupBy(['grantee_person', 'grantee_name'])
          .orderBy('last_at', 'desc')
          .limit(limit)
          .execute(),
        db
          .selectFrom('grants')
          .select(['grantor_person as person', 'grantor_name as name'])
          .select((column) => column.fn.max('occurred_at').as('last_at'))
          .where('tenant_id', '=', tenantId)
          .where('grantor_person', 'is not', null)
          .where(({ or }) =>
            or([like('grantor_person', pattern), like('grantor_name', pattern), like('grantor_id', pattern)]),
          )
          .groupBy(['grantor_person', 'grantor_name'])
          .orderBy('last_at', 'desc')
          .limit(limit)
          .execute(),
      ])
      return mergedPeople(found.flat()).slice(0, limit)
    },
  }
}

/** People shorten the names of roles word by word: `org owner` is the organization's owner. */
function wordsOf(role: string): readonly string[] {
  return role.trim().split(/\s+/).slice(0, ROLE_WORDS_MAX)
}

/** `%text%` with its own wildcards made plain. */
function containing(text: string): string {
  const bare = text.trim().toLowerCase().slice(0, TEXT_CHARACTERS_MAX).replaceAll('\0', '')
  return `%${bare.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`
}

function like(
  column:
    | 'grantee_person'
    | 'grantee_name'
    | 'grantee_id'
    | 'grantor_person'
    | 'grantor_name'
    | 'grantor_id'
    | 'role_name'
    | 'role_id',
  pattern: string,
) {
  return sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`
}

function mergedPeople(
  rows: readonly { readonly person: string | null; readonly name: string | null }[],
): readonly PersonFound[] {
  const people = new Map<string, Set<string>>()
  for (const { person, name } of rows) {
    if (person === null) continue
    const names = people.get(person) ?? new Set<string>()
    if (name !== null && name !== '') names.add(name)
    people.set(person, names)
  }
  return [...people].map(([person, names]) => ({ person, names: [...names] }))
}

function matching(db: Kysely<Schema>, filter: GrantFilter) {
  return db
    .selectFrom('grants')
    .where('tenant_id', '=', filter.tenantId)
    .where((where) => where.and(conditions(where, filter)))
}

/** Neither engine knows a list of nothing. */
function oneOf(column: 'feed_id' | 'tier' | 'direction' | 'kind', values: readonly string[]) {
  return values.length === 0 ? sql<boolean>`1 = 0` : sql<boolean>`${sql.ref(column)} in (${sql.join(values)})`
}

function conditions(where: ExpressionBuilder<Schema, 'grants'>, filter: GrantFilter) {
  const { grantee, grantor, either, role, feedIds, tiers, directions, kinds, since, until } = filter
  return [
    ...(grantee === undefined ? [] : [where('grantee_person', '=', grantee)]),
    ...(grantor === undefined ? [] : [where('grantor_person', '=', grantor)]),
    ...(either === undefined
      ? []
      : [where.or([where('grantee_person', '=', either), where('grantor_person', '=', either)])]),
    ...(role === undefined
      ? []
      : wordsOf(role).map((word) =>
          where.or([like('role_name', containing(word)), like('role_id', containing(word))]),
        )),
    ...(feedIds === undefined ? [] : [oneOf('feed_id', feedIds)]),
    ...(tiers === undefined ? [] : [oneOf('tier', tiers)]),
    ...(directions === undefined ? [] : [oneOf('direction', directions)]),
    ...(kinds === undefined ? [] : [oneOf('kind', kinds)]),
    ...(since === undefined ? [] : [where('occurred_at', '>=', Math.trunc(since))]),
    ...(until === undefined ? [] : [where('occurred_at', '<', Math.trunc(until))]),
  ]
}
