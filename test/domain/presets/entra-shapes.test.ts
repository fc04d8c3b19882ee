import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entraPreset } from '../../../src/domain/presets/entra.ts'
import { ACTIVATED, anEvent, appRole, BOB, core, first, pim, TIME } from './entra-events.ts'
import { read, summary } from './labelled-events.ts'

const ROUNDS = 250
const SHAPES: readonly (readonly [string, (event: Record<string, unknown>) => unknown])[] = [
  ['as Microsoft Graph sends it', (event) => event.properties],
  [
    'in lower case',
    (event) => JSON.parse(JSON.stringify(event).replaceAll(/"(\w+)":/g, (name) => name.toLowerCase())),
  ],
  [
    'as columns of Log Analytics',
    (event) => {
      const body = event.properties as Record<string, unknown>
      return {
        TimeGenerated: TIME,
        OperationName: body.activityDisplayName,
        ActivityDisplayName: body.activityDisplayName,
        ActivityDateTime: body.activityDateTime,
        Category: body.category,
        CorrelationId: body.correlationId,
        Id: body.id,
        Result: body.result,
        ResultReason: body.resultReason,
        LoggedByService: body.loggedByService,
        InitiatedBy: JSON.stringify(body.initiatedBy),
        TargetResources: JSON.stringify(body.targetResources),
        AdditionalDetails: JSON.stringify(body.additionalDetails),
      }
    },
  ],
  ['as Elastic keeps it', (event) => ({ '@timestamp': TIME, event: { original: JSON.stringify(event) } })],
  ['as Elastic rewrites it', (event) => ({ '@timestamp': TIME, azure: { auditlogs: snakeCase(event) } })],
]

function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return Object.fromEntries(value.map((item, index) => [index, snakeCase(item)]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const snake = name
        .replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
        .replace('date_time', 'datetime')
      // Elastic leaves the initiator's own fields as they are.
      return [snake, name === 'initiatedBy' ? member : snakeCase(member)]
    }),
  )
}

for (const [form, reshaped] of SHAPES)
  test(`Entra: a record is read alike ${form}`, () => {
    for (const event of [
      core('Add member to role', 'Global Administrator'),
      pim(ACTIVATED),
      appRole('Mail.Send'),
    ]) {
      const sent = reshaped(event)
      assert.deepEqual(
        summary(read(entraPreset, sent)),
        summary(read(entraPreset, event)),
        JSON.stringify(sent),
      )
      assert.equal(first(sent).grantor?.id, BOB)
      assert.equal(first(sent).act, first(event).act)
      assert.equal(first(sent).justification, first(event).justification)
      assert.equal(first(sent).occurredAt, first(event).occurredAt)
    }
  })

test('Entra: a login beside the role it was given is the grantee, and the rest is the role', () => {
  const targetResources = [
    {
      id: 'r-1',
      displayName: 'Global Administrator',
      type: 'Role',
      userPrincipalName: 'alice@northwind.example',
    },
  ]
  const { grantee, role } = first(core('Add member to role', 'x', { targetResources }))
  assert.deepEqual(
    [grantee.id, grantee.name, role.id],
    ['alice@northwind.example', null, 'global-administrator'],
  )
})

test('Entra: those without an id in the directory are told apart by their logins', () => {
  const user = { id: '00000000-0000-0000-0000-000000000000', userPrincipalName: 'bob@northwind.example' }
  const event = core('Add member to role', 'User Administrator', { initiatedBy: { user } })
  assert.equal(first(event).grantor?.id, 'bob@northwind.example')
})

test('Entra: records are read fast enough to keep up with a backfill', () => {
  const events = [
    core('Add member to role'),
    pim(ACTIVATED),
    anEvent('Sign-in activity'),
    appRole('Mail.Send'),
  ]
  const started = performance.now()
  for (let round = 0; round < ROUNDS; round += 1) for (const event of events) read(entraPreset, event)
  const perSecond = (ROUNDS * events.length) / ((performance.now() - started) / 1_000)
  // Far below what it does, so that a busy machine does not fail it: only a catastrophe is found.
  assert.ok(perSecond > 1_000, `${perSecond}`)
})
