import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entraPreset } from '../../../src/domain/presets/entra.ts'
import { ACTIVATED, appRole, BOB, core, first, pim, TIME } from './entra-events.ts'
import { read, summary } from './labelled-events.ts'

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
