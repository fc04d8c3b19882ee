import assert from 'node:assert/strict'
import { test } from 'node:test'
import { presetNamed } from '../../src/domain/presets/registry.ts'
import { withTeamTiers } from '../../src/domain/tier-overrides.ts'
import { aPlainRow } from '../support/workflow-ports.ts'

const reading = presetNamed('plain')?.read(aPlainRow({ id: 'a', role: 'billing-admin', tier: 'T2' }).event, {
  prefix: null,
})
const observation =
  reading !== undefined && 'observations' in reading && reading.observations[0]
    ? reading.observations[0]
    : assert.fail('the plain event is read')
const tierAfter = (rules: Parameters<typeof withTeamTiers>[2]) => {
  const tiered = withTeamTiers(observation, 'plain', rules)
  return tiered.form === 'change' ? tiered.role.tier : null
}

test("the team's own tier takes the place of the catalogue's, by name or pattern, the first rule winning", () => {
  assert.equal(tierAfter([{ preset: null, role: 'billing-*', tier: 'T0' }]), 'T0')
  assert.equal(
    tierAfter([
      { preset: 'plain', role: 'BILLING-ADMIN', tier: 'T1' },
      { preset: null, role: '*', tier: 'T0' },
    ]),
    'T1',
  )
})

test('a rule for another source or another role changes nothing', () => {
  assert.equal(tierAfter([{ preset: 'okta', role: '*', tier: 'T0' }]), 'T2')
  assert.equal(tierAfter([{ preset: null, role: 'other', tier: 'T0' }]), 'T2')
})
