import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRemovalOf, removerIsInvolved, takes } from '../../src/domain/revocation.ts'
import { aGrant, type GrantParts, NOON } from '../support/builders.ts'

const HOUR = 3_600_000
const aRemoval = (parts: GrantParts = {}) =>
  aGrant({ act: 'removal', kind: 'removal', direction: 'taken', occurredAt: NOON + HOUR, ...parts })

test('a removal of the same role and scope after the grant takes it', () => {
  const grant = aGrant()
  const removal = aRemoval()
  assert.equal(isRemovalOf(grant, [grant, removal])?.id, removal.id)
})

test('a removal before the grant, of another role or of another scope takes nothing', () => {
  const grant = aGrant()
  assert.equal(isRemovalOf(grant, [aRemoval({ occurredAt: NOON - 1 })]), null)
  assert.equal(isRemovalOf(grant, [aRemoval({ role: { id: 'other' } })]), null)
  assert.equal(isRemovalOf(grant, [aRemoval({ role: { scope: 'app:billing' } })]), null)
})

test('a removal that was only concluded from a first snapshot confirms nothing', () => {
  assert.equal(isRemovalOf(aGrant(), [aRemoval({ firstSeen: true })]), null)
})

test('an expiry is no removal: nobody acted', () => {
  assert.equal(isRemovalOf(aGrant(), [aRemoval({ kind: 'expiry' })]), null)
})

test('a later re-grant undoes the removal, and a removal after that takes again', () => {
  const grant = aGrant()
  const removal = aRemoval()
  const again = aGrant({ act: 'again', occurredAt: NOON + 2 * HOUR })
  const last = aRemoval({ act: 'last', occurredAt: NOON + 3 * HOUR })
  assert.equal(isRemovalOf(grant, [removal, again]), null)
  assert.equal(isRemovalOf(grant, [removal, again, last])?.id, last.id)
})

test('removing a member takes every role in the scope and below it, and no other', () => {
  const removal = aRemoval({ role: { id: '*', scope: 'org:northwind' } })
  assert.equal(takes(removal, aGrant({ role: { scope: 'org:northwind' } })), true)
  assert.equal(takes(removal, aGrant({ role: { scope: 'org:northwind/repo:site' } })), true)
  assert.equal(takes(removal, aGrant({ role: { scope: 'org:northwind-labs' } })), false)
})

test('a remover who is the grantor, the grantee or unknown is involved', () => {
  const grant = aGrant({ grantor: 'eve@northwind.example', grantee: 'ana@northwind.example' })
  assert.equal(removerIsInvolved(grant, aRemoval({ grantor: 'eve@northwind.example' })), true)
  assert.equal(removerIsInvolved(grant, aRemoval({ grantor: 'ana@northwind.example' })), true)
  assert.equal(removerIsInvolved(grant, aRemoval({ grantor: null })), true)
  assert.equal(removerIsInvolved(grant, aRemoval({ grantor: 'dev@northwind.example' })), false)
})

test('the end of an activation does not take the right to activate, nor the other way round', () => {
  const eligible = aGrant({ kind: 'eligible' })
  const active = aGrant({ act: 'active', kind: 'activate' })
  const deactivated = aRemoval({ holding: 'assignment' })
  const ineligible = aRemoval({ act: 'ineligible', holding: 'eligibility' })
  assert.equal(isRemovalOf(eligible, [deactivated]), null)
  assert.equal(isRemovalOf(eligible, [ineligible])?.act, 'ineligible')
  assert.equal(isRemovalOf(active, [ineligible]), null)
  assert.equal(isRemovalOf(active, [deactivated])?.act, 'removal')
  assert.equal(isRemovalOf(eligible, [aRemoval()])?.act, 'removal')
})
