import assert from 'node:assert/strict'
import { test } from 'node:test'
import { axiomPreset } from '../../../src/domain/presets/axiom-audit.ts'
import { read, summary } from './labelled-events.ts'
import { provePreset } from './proof.ts'

const anEvent = (action: string, properties: Record<string, unknown> = {}) => ({
  _time: '2026-11-24T10:00:00Z',
  id: 'e-1',
  action,
  'actor.id': 'u-7',
  'actor.email': 'bob@northwind.example',
  'resource.id': 'u-42',
  'resource.name': 'Alice',
  ...Object.fromEntries(Object.entries(properties).map(([name, value]) => [`properties.${name}`, value])),
})
const reading = (event: unknown) => {
  const result = summary(read(axiomPreset, event))
  return 'skipped' in result ? result.skipped : result.observations.join('; ')
}

provePreset(axiomPreset, [anEvent('updateUserRole', { role: 'owner' }), anEvent('createAPIToken')])

test('a role given in Axiom itself is a grant, an ordinary one is not', () => {
  assert.equal(reading(anEvent('updateUserRole', { role: 'Owner' })), 'grant owner * T0 u-42')
  assert.equal(reading(anEvent('updateUserRole', { role: 'read-only' })), 'not privileged')
  assert.equal(reading(anEvent('updateUserRole')), 'role not stated')
})

test('leaving the organisation takes every role, and a token is context', () => {
  assert.equal(reading(anEvent('removeUserFromOrg')), 'removal * * T2 u-42')
  assert.equal(reading(anEvent('createAPIToken')), 'context api-token u-42 T2 u-7')
  assert.equal(reading(anEvent('createUser')), 'context account-created * T2 u-42')
  assert.equal(reading(anEvent('runAplQuery')), 'not a privilege event')
})

test('nothing real proves the reading yet, so it ships switched off', () => {
  assert.equal(axiomPreset.proof, 'unproven')
})
