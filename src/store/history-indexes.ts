/** What a person did: the same words in an index and in a query let both engines use the one for the other. */
export const BEHAVIOUR = "direction = 'given' and outcome = 'success' and first_seen = 0"
export const REFUSED = "direction = 'given' and outcome = 'failure'"
/** Whether there is a written reason, as 0 or 1. */
export const REASONED = "case when trim(justification) <> '' then 1 else 0 end"

/**
 * One index per kind of log that facts are drawn from, sorted so that the newest rows of one person, role or feed
 * lie together.
 */
const postgres: readonly string[] = [
  'create index grants_by_grantee_person on grants (tenant_id, grantee_person, occurred_at, direction, outcome)',
  `create index grants_given_by_grantor on grants (tenant_id, grantor_person, occurred_at) where ${BEHAVIOUR}`,
  `create index grants_habit_by_grantor on grants (tenant_id, grantor_person, learned_at) where ${BEHAVIOUR}`,
  `create index grants_habit_by_feed on grants (tenant_id, feed_id, learned_at) where ${BEHAVIOUR}`,
  `create index grants_given_by_pair on grants (tenant_id, feed_id, grantor_person, role_id, occurred_at)
    where ${BEHAVIOUR}`,
  `create index grants_given_by_role on grants (tenant_id, feed_id, role_id, occurred_at) where ${BEHAVIOUR}`,
  `create index grants_given_by_feed on grants (tenant_id, feed_id, occurred_at) where ${BEHAVIOUR}`,
  `create index grants_refused_by_grantor on grants (tenant_id, grantor_person, occurred_at) where ${REFUSED}`,
  'create index grants_by_holding on grants (tenant_id, feed_id, grantee_person, role_id, scope, occurred_at)',
]

/**
 * The same for SQLite, holding all that is read of a row: a look at the row itself, wide with its raw event, costs
 * SQLite more than all else. Postgres refuses an entry of more than 2,704 bytes, and texts from outside are long.
 */
const sqlite: readonly string[] = [
  `create index grants_given_by_grantor on grants (tenant_id, grantor_person, occurred_at, feed_id, act, id,
    role_id, tier, grantee_person, learned_at) where ${BEHAVIOUR}`,
  `create index grants_given_by_feed on grants (tenant_id, feed_id, occurred_at, act, id,
    role_id, tier, grantee_person, grantor_person, learned_at) where ${BEHAVIOUR}`,
  `create index grants_habit_by_grantor on grants (tenant_id, grantor_person, learned_at, feed_id, act, id,
    occurred_at, local_hour, local_day, ticket, ip, country, asn, mechanism, (${REASONED})) where ${BEHAVIOUR}`,
  `create index grants_habit_by_feed on grants (tenant_id, feed_id, learned_at, act, id,
    occurred_at, local_hour, local_day, ticket, ip, country, asn, mechanism, (${REASONED})) where ${BEHAVIOUR}`,
  `create index grants_given_by_pair on grants (tenant_id, feed_id, grantor_person, role_id, occurred_at,
    act, id) where ${BEHAVIOUR}`,
  `create index grants_given_by_role on grants (tenant_id, feed_id, role_id, occurred_at,
    act, id, grantee_person, grantee_id, grantee_type) where ${BEHAVIOUR}`,
  `create index grants_refused_by_grantor on grants (tenant_id, grantor_person, occurred_at,
    feed_id, act, id) where ${REFUSED}`,
  `create index grants_held_by_person on grants (tenant_id, grantee_person, occurred_at,
    feed_id, act, id, outcome, kind, direction, grantor_person, role_id, scope, tier, first_seen, local_hour)`,
  `create index grants_by_holding on grants (tenant_id, feed_id, grantee_person, role_id, scope, occurred_at,
    act, id, outcome, kind, direction, grantor_person, tier, first_seen, local_hour)`,
]

export const historyIndexes: Readonly<Record<'postgres' | 'sqlite', readonly string[]>> = { postgres, sqlite }
