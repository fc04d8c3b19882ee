import { emailOf, type Fields, identityOf, textOf, timeOf } from '../event-fields.ts'
import { EVERY_ROLE, type Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { factsOf, hashedAct, occurredAtOf } from './act-facts.ts'
import { contextRole } from './context-catalogue.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import {
  CALL_FAILED,
  changed,
  type Facts,
  GRANTEE_NOT_STATED,
  NOT_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  observed,
  ROLE_NOT_STATED,
  readingOf,
} from './reading.ts'
import { columnAt, columnsOf } from './snowflake-columns.ts'
import {
  accountPrivilege,
  accountRole,
  type Grantee,
  givenKind,
  granteeOf,
  isUsualParent,
  roleWithin,
} from './snowflake-roles.ts'
import { snowflakeRunbook } from './snowflake-runbook.ts'
import { type Statement, statementOf } from './snowflake-statement.ts'

/**
 * Rows of ACCOUNT_USAGE: GRANTS_TO_USERS and GRANTS_TO_ROLES say what is granted, QUERY_HISTORY says who did it.
 * docs.snowflake.com/en/sql-reference/account-usage/grants_to_users: "Latency for the view may be up to 120 minutes
 * (2 hours)", "GRANTEE_NAME: Name of the user to whom the privilege is granted", "GRANTED_BY: Identifier for the
 * role that granted the privilege", "When a grant is revoked from the user, the DELETED_ON column for the grant is
 * updated from NULL to the timestamp when the grant was revoked", "After revoking the role from the user, a grant of
 * the same role to the same user is recorded in a new row".
 */

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

function read(event: unknown, options: ReadOptions): Reading {
  const fields = columnsOf(event, options.prefix)
  const sql = columnAt(fields, 'QUERY_TEXT')
  if (typeof sql === 'string') return statement(fields, event, options, sql)
  const isRow = columnAt(fields, 'GRANTEE_NAME') !== undefined || columnAt(fields, 'GRANTED_TO') !== undefined
  return isRow ? row(fields, event, options) : NOT_PRIVILEGE_EVENT
}

function identityIn(fields: Fields, name: string): string | null {
  return identityOf(columnAt(fields, name))
}

function row(fields: Fields, event: unknown, options: ReadOptions): Reading {
  const role = roleOfRow(fields)
  if (role === null) return NOT_PRIVILEGED
  if (role === 'not stated') return ROLE_NOT_STATED
  const name = identityIn(fields, 'GRANTEE_NAME')
  if (name === null) return GRANTEE_NOT_STATED
  const to = identityIn(fields, 'GRANTED_TO')?.toUpperCase() ?? 'USER'
  if (!['USER', 'ROLE', 'ACCOUNT ROLE', 'ACCOUNT_ROLE'].includes(to)) return NOT_PRIVILEGED
  const grantee: Grantee = { kind: to === 'USER' ? 'user' : 'role', name }
  if (isUsualParent(grantee, role)) return NOT_PRIVILEGED
  const createdOn = timeOf(columnAt(fields, 'CREATED_ON'))
  const deletedOn = timeOf(columnAt(fields, 'DELETED_ON'))
  const occurredAt = createdOn ?? deletedOn ?? occurredAtOf(fields, event, [], options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  // A row changes when its grant is taken away, so its moments name its acts. Whoever granted is not in it: GRANTED_BY
  // is the role that was used, and the statement, merged with it, names the person.
  const actAt = (moment: number | null, word: string) =>
    moment === null ? hashedAct(event, false) : `${word}:${moment}`
  const given = factsOf({ act: actAt(createdOn, 'created'), occurredAt })
  const taken = factsOf({ act: actAt(deletedOn, 'deleted'), occurredAt: deletedOn ?? occurredAt })
  const party = granteeOf(grantee)
  const removal = deletedOn === null ? [] : [observed(taken, 'removal', party, role)]
  const isGiven = createdOn !== null || deletedOn === null
  return {
    observations: [...(isGiven ? [observed(given, givenKind(grantee, role), party, role)] : []), ...removal],
  }
}

/** GRANTS_TO_USERS names the role; GRANTS_TO_ROLES names a privilege on something that may be a role. */
function roleOfRow(fields: Fields): Role | 'not stated' | null {
  const role = identityIn(fields, 'ROLE')
  if (role !== null) return accountRole(role)
  const privilege = identityIn(fields, 'PRIVILEGE')?.toUpperCase()
  if (privilege === undefined) return 'not stated'
  const on = identityIn(fields, 'GRANTED_ON')?.toUpperCase().replaceAll('_', ' ')
  if (on === 'ACCOUNT') return accountPrivilege(privilege)
  const name = identityIn(fields, 'NAME')
  if (name === null || (privilege !== 'USAGE' && privilege !== 'OWNERSHIP')) return null
  if (on === 'ROLE') {
    const owned = accountRole(name)
    // Whoever makes a role owns it: a row for every role ever made.
    return privilege === 'OWNERSHIP' && owned?.tier === 'T2' ? null : owned
  }
  if (privilege === 'OWNERSHIP') return null
  const outer = identityIn(fields, 'TABLE_CATALOG') ?? '*'
  if (on === 'DATABASE ROLE') return roleWithin('database', outer, name)
  return on === 'APPLICATION ROLE' ? roleWithin('application', outer, name) : null
}

const QUERY_TYPES =
  /^(grant|revoke|create_user|alter_user|drop_user|create|alter|drop|unknown|create_integration|alter_integration)/i
const FIRST_WORD = /\b(grant|revoke|user|integration)\b/i

/** A statement counts when it has succeeded; a failed one gave nothing. */
function statement(fields: Fields, event: unknown, options: ReadOptions, sql: string): Reading {
  const type = columnAt(fields, 'QUERY_TYPE')
  if (typeof type === 'string' && !QUERY_TYPES.test(type)) return NOT_PRIVILEGE_EVENT
  if (!FIRST_WORD.test(sql.slice(0, 20_000))) return NOT_PRIVILEGE_EVENT
  const parsed = statementOf(sql, identityIn(fields, 'DATABASE_NAME'))
  if (parsed === null) return NOT_PRIVILEGE_EVENT
  const status = textOf(columnAt(fields, 'EXECUTION_STATUS'))?.toUpperCase() ?? null
  const failed = status === null ? identityIn(fields, 'ERROR_CODE') !== null : status !== 'SUCCESS'
  if (failed) return CALL_FAILED
  const times = ['END_TIME', 'START_TIME'].map((name) => timeOf(columnAt(fields, name)))
  const stated = times.find((time) => time !== null) ?? null
  const occurredAt = stated ?? occurredAtOf(fields, event, ['p_event_time'], options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const facts = factsOf({
    act: identityIn(fields, 'QUERY_ID') ?? hashedAct(event, stated !== null),
    occurredAt,
    grantor: grantorOf(fields),
    // Terraform's provider ends its statements with a comment that says so.
    mechanism: sql.includes('terraform_provider_usage_tracking') ? 'iac' : 'unknown',
    session: identityIn(fields, 'SESSION_ID'),
  })
  return readingOfStatement(facts, parsed)
}

function grantorOf(fields: Fields): Party | null {
  const id = identityIn(fields, 'USER_NAME')
  if (id === null) return null
  return { id, email: emailOf(id), name: null, type: id.toUpperCase() === 'SYSTEM' ? 'service' : 'user' }
}

function readingOfStatement(facts: Facts, parsed: Statement): Reading {
  switch (parsed.form) {
    case 'grant':
    case 'revoke':
      return grantOrRevoke(facts, parsed)
    case 'security-integration':
      return changed(facts, 'context', facts.grantor, contextRole('identity-provider', fit(parsed.name)))
    default:
      return userChanged(facts, parsed)
  }
}

const fit = (name: string) => identityOf(name) ?? '*'

function grantOrRevoke(facts: Facts, parsed: Statement & { readonly form: 'grant' | 'revoke' }): Reading {
  if (parsed.roles.length === 0) return NOT_PRIVILEGED
  if (parsed.grantee === null) return GRANTEE_NOT_STATED
  const grantee = { ...parsed.grantee, name: fit(parsed.grantee.name) }
  const party = granteeOf(grantee)
  const roles = parsed.roles
    .filter((role) => !isUsualParent(grantee, role))
    .map((role) => ({
      ...role,
      id: fit(role.id),
      name: textOf(role.name) ?? fit(role.id),
      scope: fit(role.scope),
    }))
  const observations = roles.map((role) =>
    observed(facts, parsed.form === 'grant' ? givenKind(grantee, role) : 'removal', party, role),
  )
  return readingOf(observations, NOT_PRIVILEGED)
}

const EVERYTHING: Role = { id: EVERY_ROLE, name: 'Every role', tier: 'T2', scope: '*' }
const KEY_WORDS = ['RSA_PUBLIC_KEY', 'RSA_PUBLIC_KEY_2', 'TOKEN']
const FACTOR_WORDS = ['MINS_TO_BYPASS_MFA', 'DISABLE_MFA', 'MFA']

function userChanged(
  facts: Facts,
  { form, user, words }: Statement & { readonly form: 'create-user' | 'alter-user' | 'drop-user' },
): Reading {
  const party = granteeOf({ kind: 'user', name: fit(user) })
  if (form === 'drop-user') return changed(facts, 'removal', party, EVERYTHING)
  if (form === 'create-user') return changed(facts, 'context', party, contextRole('account-created'))
  if (FACTOR_WORDS.some((word) => words.has(word)))
    return changed(facts, 'context', party, contextRole('mfa-reset'))
  if (words.has('PASSWORD')) return changed(facts, 'context', party, contextRole('password-reset'))
  if (KEY_WORDS.some((word) => words.has(word)))
    return changed(facts, 'context', party, contextRole('api-token'))
  return NOT_PRIVILEGE_EVENT
}

const both = (field: string) => [field, field.toLowerCase(), `${field}_s`]

export const snowflakePreset: Preset = {
  name: 'snowflake',
  title: 'Snowflake',
  proof: 'vendor text',
  filter: [
    ...both('GRANTED_TO').map((field) => ({ field, op: 'in' as const, values: ['USER'] })),
    ...both('ROLE').map((field) => ({ field, op: 'exists' as const, values: [] })),
    ...both('GRANTED_ON').map((field) => ({
      field,
      op: 'in' as const,
      values: ['ACCOUNT', 'ROLE', 'DATABASE_ROLE', 'DATABASE ROLE', 'APPLICATION_ROLE', 'APPLICATION ROLE'],
    })),
    ...both('QUERY_TYPE').map((field) => ({
      field,
      op: 'in' as const,
      values: [
        'GRANT',
        'REVOKE',
        'CREATE_USER',
        'ALTER_USER',
        'DROP_USER',
        'CREATE',
        'ALTER',
        'DROP',
        'UNKNOWN',
      ],
    })),
    ...both('QUERY_TEXT').map((field) => ({
      field,
      op: 'starts-with' as const,
      values: ['GRANT ', 'REVOKE '],
    })),
    { field: 'snowflake.grants_to_users.granted_to', op: 'exists', values: [] },
  ],
  // The row's moment lies between the start and the end of its statement.
  settleWindowMs: 2 * MINUTE_MS,
  overlapMs: 150 * MINUTE_MS,
  // A row that changed keeps the time of its grant when it is sent again, and ACCOUNT_USAGE keeps a year.
  latestEventAgeMs: 400 * DAY_MS,
  futureSkewMs: 60 * MINUTE_MS,
  carries: { justification: false, ticket: false, expiry: false, ip: false },
  read,
  runbook: snowflakeRunbook,
}
