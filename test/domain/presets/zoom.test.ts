import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zoomPreset } from '../../../src/domain/presets/zoom.ts'
import { provePreset } from './proof.ts'
import {
  actTest,
  callsOf,
  changeIn,
  changesIn,
  grantOf,
  readingTests,
  readingText,
  removalTest,
} from './reading-text.ts'

const anOperation = (operation_detail: string, more: Record<string, unknown> = {}) => ({
  time: '2026-11-24T10:00:00Z',
  operator: 'bob@northwind.example',
  category_type: 'User',
  action: 'Update',
  operation_detail,
  ...more,
})
const role = (operation_detail: string) => anOperation(operation_detail, { category_type: 'Role' })
const account = (operation_detail: string) => anOperation(operation_detail, { category_type: 'Account' })

const MADE_ADMIN = anOperation('Change Role  - alice@northwind.example: from Member to Admin')
const MADE_MEMBER = anOperation('Change Role  - alice@northwind.example: from Admin to Member')
const TWO = anOperation(
  'Change Role  - alice@northwind.example: from Member to Admin - dan@northwind.example: from User to Owner',
)
const WIDENED = role('Edit Role Support Team  - User Management: from Off to On - Recordings: from On to Off')
const HANDED_OVER = account('Change Owner  - from bob@northwind.example to alice@northwind.example')

provePreset(zoomPreset, [MADE_ADMIN, TWO, WIDENED, HANDED_OVER])

readingTests(zoomPreset, [
  ['somebody is made an admin', MADE_ADMIN, 'grant admin * T1 alice@northwind.example'],
  ['a demotion to member is a removal', MADE_MEMBER, 'removal admin * T1 alice@northwind.example'],
  [
    'a role among the changes of a user',
    anOperation('Update User alice@northwind.example  - User Role: from Member to Admin - Department: Sales'),
    'grant admin * T1 alice@northwind.example',
  ],
  [
    'the word before the person is not part of the address',
    anOperation('Change Role for alice@northwind.example: from Member to Owner'),
    'grant owner * T0 alice@northwind.example',
  ],
  [
    'each person of a batch is read',
    TWO,
    'grant admin * T1 alice@northwind.example; grant owner * T0 dan@northwind.example',
  ],
  [
    "a customer's own role may do anything",
    anOperation('Change Role  - alice@northwind.example: from Member to Support Team'),
    'grant support-team * T2 alice@northwind.example',
  ],
  [
    'one own role for another is both taken and given',
    anOperation('Change Role  - alice@northwind.example: from Support Team to Event Team'),
    'removal support-team * T2 alice@northwind.example; grant event-team * T2 alice@northwind.example',
  ],
  [
    'a role that only reads gives no privilege',
    anOperation('Change Role  - alice@northwind.example: from Member to Read-only'),
    'not privileged',
  ],
  [
    'one ordinary role for another',
    anOperation('Change Role  - alice@northwind.example: from User to Member'),
    'not privileged',
  ],
  ['a change of role that is not told', anOperation('Change Role'), 'role not stated'],
  [
    'a role among other changes of a user',
    anOperation('Edit User alice@northwind.example  - Role: from Member to Admin - Job Title: set to Boss'),
    'grant admin * T1 alice@northwind.example',
  ],
  [
    'a user added with a role',
    anOperation('Add User alice@northwind.example  - User Type: Basic - Role: Admin'),
    'grant admin * T1 alice@northwind.example',
  ],
  [
    'a user added without one',
    anOperation('Add User alice@northwind.example  - User Type: Basic'),
    'context account-created * T2 alice@northwind.example',
  ],
  [
    'a deleted user has no role left',
    anOperation('Delete User alice@northwind.example'),
    'removal * * T2 alice@northwind.example',
  ],
  ['a permission added to a role widens it', WIDENED, 'role_widened support-team * T2 holders:support-team'],
  [
    'a permission taken from a role gives nothing',
    role('Edit Role Support Team  - User Management: from On to Off'),
    'no change of privilege',
  ],
  ['a role made gives nobody anything yet', role('Add Role Support Team'), 'not a privilege event'],
  [
    'the owner hands over',
    HANDED_OVER,
    'removal owner * T0 bob@northwind.example; grant owner * T0 alice@northwind.example',
  ],
  [
    'two-factor authentication switched off',
    account('Security  - Sign in with Two-Factor Authentication: from On to Off'),
    'control_weakened two-factor-requirement * T0 account',
  ],
  [
    'single sign-on switched off',
    account('Security  - Single Sign-On: from On to Off'),
    'control_weakened single-sign-on * T0 account',
  ],
  [
    'a user group is no user',
    anOperation('Edit User Group Admins  - Role: from Member to Admin'),
    'not a privilege event',
  ],
])

test('Zoom: what somebody writes into a profile is no change of role', () => {
  const event = anOperation(
    'Update User eve@northwind.example  - Job Title: set to Change Role alice@northwind.example: from User to Owner',
  )
  assert.equal(readingText(zoomPreset, event), 'not a privilege event')
})

test('Zoom: people are known by their addresses', () => {
  const change = changeIn(zoomPreset, MADE_ADMIN)
  const person = (id: string) => ({ id, email: id, name: null, type: 'user' })
  assert.deepEqual(change.grantee, person('alice@northwind.example'))
  assert.deepEqual(change.grantor, person('bob@northwind.example'))
  assert.equal(change.occurredAt, Date.parse('2026-11-24T10:00:00Z'))
})

test("Zoom: Elastic's schema is read alike", () => {
  const { operator, time, ...operation } = MADE_ADMIN
  const event = { '@timestamp': time, user: { email: operator }, zoom: { operation } }
  assert.equal(readingText(zoomPreset, event), readingText(zoomPreset, MADE_ADMIN))
  assert.equal(changeIn(zoomPreset, event).grantor?.email, operator)
})

test('Zoom: what shippers write around the same operation makes no other act of it', () => {
  const act = (sent: Record<string, unknown>) => changeIn(zoomPreset, sent).act
  const { operator, time, ...operation } = MADE_ADMIN
  const shipped = { ...MADE_ADMIN, '@timestamp': '2026-11-24T10:05:00Z', host: { name: 'collector-1' } }
  const again = { ...MADE_ADMIN, '@timestamp': '2026-11-25T08:00:00Z', agent: { version: '9.2' }, offset: 77 }
  const elastic = { '@timestamp': time, user: { email: operator }, zoom: { operation } }
  for (const event of [shipped, again, elastic, { message: JSON.stringify(MADE_ADMIN), host: 'h' }])
    assert.equal(act(event), act(MADE_ADMIN))
  assert.notEqual(act({ ...MADE_ADMIN, operator: 'eve@northwind.example' }), act(MADE_ADMIN))
})

removalTest(zoomPreset, MADE_ADMIN, MADE_MEMBER)
actTest(zoomPreset, MADE_ADMIN, { ...MADE_ADMIN, time: '2026-11-24T11:00:00Z' })

test('Zoom: two people of one batch are two grants of one act', () => {
  const [one, other] = changesIn(zoomPreset, TWO)
  assert.equal(one?.act, other?.act)
  assert.notEqual(one?.grantee.id, other?.grantee.id)
})

test('Zoom: the runbook makes a member of the grantee, whatever the address holds', () => {
  const grant = grantOf(zoomPreset, MADE_ADMIN)
  const hostile = "o'brien$(id)@northwind.example"
  const [call] = callsOf(zoomPreset.runbook({ ...grant, grantee: { ...grant.grantee, email: hostile } }))
  assert.deepEqual(call?.slice(-2), ['-d', JSON.stringify({ members: [{ email: hostile }] })])
  assert.equal(zoomPreset.runbook(grantOf(zoomPreset, HANDED_OVER)), null)
  assert.equal(zoomPreset.runbook({ ...grant, kind: 'removal' }), null)
})
