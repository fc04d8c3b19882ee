import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conclude } from '../../../src/domain/conclude.ts'
import { emptyKnown, knownAbout, rememberConcluded } from '../../../src/domain/known-memory.ts'
import { snowflakePreset } from '../../../src/domain/presets/snowflake.ts'
import { tokensOf } from '../../../src/domain/presets/snowflake-tokens.ts'
import { isRemovalOf } from '../../../src/domain/revocation.ts'
import { aGrant } from '../../support/builders.ts'
import { CONTEXT } from '../conclude-builders.ts'
import { read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'
import { HOSTILE_NAMES, shellCalls } from './shell-calls.ts'

/** A row of GRANTS_TO_USERS. */
const aRow = (more: Record<string, unknown> = {}) => ({
  CREATED_ON: '2026-11-24 10:00:00.123 +0000',
  DELETED_ON: null,
  ROLE: 'ACCOUNTADMIN',
  GRANTED_TO: 'USER',
  GRANTEE_NAME: 'ALICE',
  GRANTED_BY: 'ACCOUNTADMIN',
  ...more,
})

/** A row of GRANTS_TO_ROLES. */
const aPrivilege = (more: Record<string, unknown> = {}) => ({
  CREATED_ON: '2026-11-24 10:00:00.123 +0000',
  MODIFIED_ON: '2026-11-24 10:00:00.123 +0000',
  PRIVILEGE: 'USAGE',
  GRANTED_ON: 'ROLE',
  NAME: 'SECURITYADMIN',
  GRANTED_TO: 'ROLE',
  GRANTEE_NAME: 'ANALYST',
  GRANTED_BY: 'SECURITYADMIN',
  DELETED_ON: '',
  ...more,
})

/** A row of QUERY_HISTORY. */
const aQuery = (text: string, more: Record<string, unknown> = {}) => ({
  QUERY_ID: '01b2-3c',
  QUERY_TEXT: text,
  QUERY_TYPE: 'GRANT',
  USER_NAME: 'BOB@NORTHWIND.EXAMPLE',
  ROLE_NAME: 'SECURITYADMIN',
  EXECUTION_STATUS: 'SUCCESS',
  SESSION_ID: 4118896733,
  START_TIME: '2026-11-24T10:00:00.000Z',
  END_TIME: '2026-11-24T10:00:00.200Z',
  ...more,
})

const GRANT_ALICE = aQuery('GRANT ROLE ACCOUNTADMIN TO USER alice')
const marked = (event: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(event).map(([name, value]) => [`${name}${name.endsWith('TIME') ? '_t' : '_s'}`, value]),
  )

provePreset(snowflakePreset, [
  aRow(),
  aPrivilege(),
  GRANT_ALICE,
  aQuery('drop user x', { QUERY_TYPE: 'DROP' }),
])

const line = (event: unknown) => {
  const result = summary(read(snowflakePreset, event))
  return 'skipped' in result ? result.skipped : result.observations.join('; ')
}

const ROWS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['a role given to a user', aRow(), 'grant ACCOUNTADMIN * T0 ALICE'],
  ['a custom role', aRow({ ROLE: 'LOADER' }), 'grant LOADER * T2 ALICE'],
  ['a role that everybody has', aRow({ ROLE: 'PUBLIC' }), 'not privileged'],
  ['a role named as one that only reads', aRow({ ROLE: 'SALES_READ_ONLY' }), 'not privileged'],
  ['an auditor who administers', aRow({ ROLE: 'AUDITOR_ADMIN' }), 'grant AUDITOR_ADMIN * T2 ALICE'],
  ['a user without a name', aRow({ GRANTEE_NAME: null }), 'grantee not stated'],
  [
    'columns in lower case',
    Object.fromEntries(Object.entries(aRow()).map(([name, value]) => [name.toLowerCase(), value])),
    'grant ACCOUNTADMIN * T0 ALICE',
  ],
  ['columns with the type marks of Log Analytics', marked(aRow()), 'grant ACCOUNTADMIN * T0 ALICE'],
  ['an admin role given to a role', aPrivilege(), 'indirect SECURITYADMIN * T1 role:ANALYST'],
  [
    'a custom role put under the administrators, as is the custom',
    aPrivilege({ NAME: 'LOADER', GRANTEE_NAME: 'SYSADMIN' }),
    'not privileged',
  ],
  [
    'a custom role owned by whoever made it',
    aPrivilege({ PRIVILEGE: 'OWNERSHIP', NAME: 'LOADER' }),
    'not privileged',
  ],
  [
    'the right to change any grant',
    aPrivilege({ PRIVILEGE: 'MANAGE GRANTS', GRANTED_ON: 'ACCOUNT', NAME: 'AB12345' }),
    'role_widened privilege:MANAGE GRANTS * T0 role:ANALYST',
  ],
  [
    'a view of what the account costs',
    aPrivilege({ PRIVILEGE: 'MONITOR USAGE', GRANTED_ON: 'ACCOUNT' }),
    'not privileged',
  ],
  ['a privilege on a table', aPrivilege({ PRIVILEGE: 'INSERT', GRANTED_ON: 'TABLE' }), 'not privileged'],
  [
    'a role inside a database',
    aPrivilege({ GRANTED_ON: 'DATABASE_ROLE', NAME: 'WRITER', TABLE_CATALOG: 'SALES' }),
    'indirect database-role:WRITER database:SALES T2 role:ANALYST',
  ],
  [
    'the row of Elastic without its original',
    {
      '@timestamp': '2020-06-15T08:00:00.123Z',
      event: { dataset: 'snowflake.grants_to_users', start: '2020-06-15T08:00:00.123Z' },
      snowflake: { grants_to_users: { granted_by: 'ACCOUNTADMIN', granted_to: 'USER' } },
      user: { roles: ['SYSADMIN'], target: { name: 'alice.johnson' } },
    },
    'grant SYSADMIN * T1 alice.johnson',
  ],
]
for (const [title, event, expected] of ROWS)
  test(`Snowflake's rows: ${title}`, () => assert.equal(line(event), expected))

const STATEMENTS: readonly (readonly [string, Record<string, unknown> | string, string])[] = [
  ['a role for a user', 'grant role accountadmin to user alice', 'grant ACCOUNTADMIN * T0 ALICE'],
  ['a role for a role', 'GRANT ROLE SYSADMIN TO ROLE dev;', 'indirect SYSADMIN * T1 role:DEV'],
  [
    'names in quotes are kept as they are',
    'GRANT ROLE "Data ""Ops"" Admin" TO USER "Alice B@x.example"',
    'grant Data "Ops" Admin * T2 Alice B@x.example',
  ],
  [
    'comments and line ends between words',
    '-- TO USER mallory\n/* GRANT ROLE x */ GRANT\n ROLE ACCOUNTADMIN // hm\n TO\tUSER ALICE',
    'grant ACCOUNTADMIN * T0 ALICE',
  ],
  [
    'a name in quotes that looks like the rest of a statement',
    'GRANT ROLE "X TO USER MALLORY --" TO USER ALICE',
    'grant X TO USER MALLORY -- * T2 ALICE',
  ],
  [
    'names by IDENTIFIER',
    `GRANT ROLE IDENTIFIER('"Ops"') TO USER IDENTIFIER('alice')`,
    'grant Ops * T2 ALICE',
  ],
  [
    'a name that only the session knew',
    'GRANT ROLE ACCOUNTADMIN TO USER IDENTIFIER($who)',
    'grantee not stated',
  ],
  ['a bind', 'GRANT ROLE ACCOUNTADMIN TO USER ?', 'grantee not stated'],
  [
    'a privilege on the account, without the word ROLE',
    'GRANT CREATE ROLE, MANAGE GRANTS ON ACCOUNT TO dev WITH GRANT OPTION',
    'role_widened privilege:CREATE ROLE * T1 role:DEV; role_widened privilege:MANAGE GRANTS * T0 role:DEV',
  ],
  [
    'all privileges',
    'GRANT ALL PRIVILEGES ON ACCOUNT TO ROLE dev',
    'role_widened privilege:ALL * T0 role:DEV',
  ],
  ['data', 'GRANT SELECT ON ALL TABLES IN SCHEMA s TO ROLE dev', 'not privileged'],
  ['a share', 'GRANT USAGE ON DATABASE d TO SHARE s', 'not privileged'],
  [
    'the ownership of an admin role',
    'GRANT OWNERSHIP ON ROLE SECURITYADMIN TO ROLE dev COPY CURRENT GRANTS',
    'indirect SECURITYADMIN * T1 role:DEV',
  ],
  [
    'a role inside a database',
    'GRANT DATABASE ROLE sales.writer TO ROLE analyst',
    'indirect database-role:WRITER database:SALES T2 role:ANALYST',
  ],
  ['a role that reads', 'GRANT ROLE SALES_RO TO USER alice', 'not privileged'],
  [
    'a revoked role',
    aQuery('REVOKE ROLE ACCOUNTADMIN FROM USER ALICE', { QUERY_TYPE: 'REVOKE' }),
    'removal ACCOUNTADMIN * T0 ALICE',
  ],
  [
    'the right to pass a privilege on',
    aQuery('REVOKE GRANT OPTION FOR MANAGE GRANTS ON ACCOUNT FROM ROLE dev', { QUERY_TYPE: 'REVOKE' }),
    'not privileged',
  ],
  [
    'a failed statement',
    aQuery('GRANT ROLE ACCOUNTADMIN TO USER alice', { EXECUTION_STATUS: 'FAIL', ERROR_CODE: '003001' }),
    'call failed',
  ],
  [
    'a statement about statements',
    aQuery(`SELECT * FROM q WHERE t ILIKE 'GRANT ROLE ACCOUNTADMIN TO USER x'`, { QUERY_TYPE: 'SELECT' }),
    'not a privilege event',
  ],
  ['half a statement', 'GRANT ROLE', 'not privileged'],
  ['a quote that never ends', 'GRANT ROLE "ACCOUNTADMIN TO USER alice', 'grantee not stated'],
  ['nothing but a verb', 'GRANT', 'not privileged'],
  [
    'a new user',
    aQuery('CREATE USER IF NOT EXISTS mercy PASSWORD = $$x$$', { QUERY_TYPE: 'CREATE_USER' }),
    'context account-created * T2 MERCY',
  ],
  [
    'a reset of second factors',
    aQuery('ALTER USER mercy SET MINS_TO_BYPASS_MFA = 60', { QUERY_TYPE: 'ALTER_USER' }),
    'context mfa-reset * T2 MERCY',
  ],
  ['a dropped user', aQuery('DROP USER mercy', { QUERY_TYPE: 'DROP' }), 'removal * * T2 MERCY'],
  [
    'a way to sign in',
    aQuery('CREATE OR REPLACE SECURITY INTEGRATION okta TYPE = SAML2', { QUERY_TYPE: 'CREATE' }),
    'context identity-provider OKTA T2 BOB@NORTHWIND.EXAMPLE',
  ],
]
for (const [title, statement, expected] of STATEMENTS)
  test(`Snowflake's statements: ${title}`, () =>
    assert.equal(line(typeof statement === 'string' ? aQuery(statement) : statement), expected))

test('a row that was taken away is both the grant at its time and the removal at its own', () => {
  const deleted = aRow({ DELETED_ON: '2026-11-25 09:00:00.000 -0800' })
  assert.equal(line(deleted), 'grant ACCOUNTADMIN * T0 ALICE; removal ACCOUNTADMIN * T0 ALICE')
  const [before] = observationsOf(aRow())
  const [given, taken] = observationsOf(deleted)
  assert.deepEqual([given?.act, given?.occurredAt], [before?.act, before?.occurredAt])
  assert.equal(taken?.occurredAt, Date.parse('2026-11-25T17:00:00Z'))
  assert.notEqual(taken?.act, given?.act)
})

function observationsOf(event: unknown) {
  const reading = read(snowflakePreset, event)
  return 'observations' in reading ? reading.observations : []
}

test('the role that granted is no person, so only the statement names a grantor', () => {
  assert.equal(observationsOf(aRow())[0]?.grantor, null)
  assert.deepEqual(observationsOf(GRANT_ALICE)[0]?.grantor, {
    id: 'BOB@NORTHWIND.EXAMPLE',
    email: 'BOB@NORTHWIND.EXAMPLE',
    name: null,
    type: 'user',
  })
  assert.equal(observationsOf(GRANT_ALICE)[0]?.session, '4118896733')
})

test('a statement that Terraform made says so', () => {
  const text = 'GRANT ROLE SYSADMIN TO USER alice --terraform_provider_usage_tracking {"version":"2.0.0"}'
  assert.equal(observationsOf(aQuery(text))[0]?.mechanism, 'iac')
})

function concluded(events: readonly unknown[]) {
  const known = emptyKnown()
  const context = { ...CONTEXT, settleWindowMs: snowflakePreset.settleWindowMs }
  for (const event of events) {
    const sourced = observationsOf(event).map((observation) => ({
      observation,
      ingestedAt: '2026-11-24T12:00:00Z',
      raw: '{}',
    }))
    rememberConcluded(known, conclude(sourced, knownAbout(known, sourced), context))
  }
  return [...known.grants.values()]
}

test('a row and its statement are one grant, with the person who made it, in either order', () => {
  for (const events of [
    [aRow(), GRANT_ALICE],
    [GRANT_ALICE, aRow()],
  ]) {
    const grants = concluded(events)
    assert.equal(grants.length, 1)
    assert.equal(grants[0]?.grantor?.id, 'BOB@NORTHWIND.EXAMPLE')
  }
})

test('a row seen again with its end confirms a revoke, and a later row is a grant of its own', () => {
  const again = aRow({ CREATED_ON: '2026-11-26 10:00:00.000 +0000' })
  const [first, ...later] = concluded([aRow(), aRow({ DELETED_ON: '2026-11-25 10:00:00.000 +0000' }), again])
  assert.ok(first)
  assert.deepEqual(
    later.map(({ kind }) => kind),
    ['removal', 'grant'],
  )
  const removals = later.filter(({ kind }) => kind === 'removal')
  assert.ok(isRemovalOf(first, removals))
  assert.equal(isRemovalOf(first, later), null, 'given back since')
})

test('any text ends, however odd, within its bounds', () => {
  const odd = [
    '"'.repeat(50_000),
    "'".repeat(50_000),
    '/*'.repeat(50_000),
    '$$',
    'x'.repeat(100_000),
    '-'.repeat(9_999),
  ]
  for (const text of [...odd, ' '.repeat(30_000), 'a,'.repeat(30_000), '\ud800"\\'])
    assert.ok(tokensOf(text).length <= 1_000)
})

const given = (name: string, role: { id: string; scope?: string; name?: string }, isRole = false) =>
  aGrant({
    kind: 'grant',
    direction: 'given',
    grantee: isRole
      ? { id: `role:${name}`, email: null, name: null, type: 'group' }
      : { id: name, email: null, name: null, type: 'user' },
    role: { name: role.id, tier: 'T0', scope: '*', ...role },
  })

test('a role in Snowflake is revoked by its own command line', () => {
  const run = (grant: ReturnType<typeof given>) =>
    shellCalls(snowflakePreset.runbook(grant), ['snow'])[0]?.at(-1)
  assert.equal(run(given('ALICE', { id: 'ACCOUNTADMIN' })), 'REVOKE ROLE "ACCOUNTADMIN" FROM USER "ALICE"')
  assert.equal(run(given('DEV', { id: 'SYSADMIN' }, true)), 'REVOKE ROLE "SYSADMIN" FROM ROLE "DEV"')
  assert.equal(
    run(given('DEV', { id: 'privilege:MANAGE GRANTS' }, true)),
    'REVOKE MANAGE GRANTS ON ACCOUNT FROM ROLE "DEV"',
  )
  assert.equal(
    run(given('DEV', { id: 'database-role:WRITER', scope: 'database:SALES' }, true)),
    'REVOKE DATABASE ROLE "SALES"."WRITER" FROM ROLE "DEV"',
  )
})

test('no name leaves its quotes in the command for Snowflake, and what cannot be written makes none', () => {
  for (const name of HOSTILE_NAMES) {
    const command = snowflakePreset.runbook(given(name, { id: name }))
    if (name.includes('\n')) {
      assert.equal(command, null)
      continue
    }
    const quoted = `"${name.replaceAll('"', '""')}"`
    assert.deepEqual(shellCalls(command, ['snow']), [
      ['snow', 'sql', '-q', `REVOKE ROLE ${quoted} FROM USER ${quoted}`],
    ])
  }
  assert.equal(snowflakePreset.runbook(given('<% ctx.env %>', { id: 'X' })), null)
  assert.equal(snowflakePreset.runbook(aGrant({ kind: 'removal', direction: 'taken' })), null)
})
