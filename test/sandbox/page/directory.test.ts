import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelEntry, PersonEntry } from '../../../src/sandbox/page/assets/directory.ts'
import { canSee } from '../../../src/sandbox/page/assets/directory.ts'

const aPerson = (over: Partial<PersonEntry>): PersonEntry => ({
  id: 'U0JONAS',
  name: 'Jonas Weber',
  email: 'jonas@northwind.example',
  title: 'IT administrator',
  isReviewer: false,
  isGuest: false,
  isDeactivated: false,
  ...over,
})
const aChannel = (over: Partial<ChannelEntry>): ChannelEntry => ({
  id: 'C1',
  name: 'general',
  isPrivate: false,
  members: ['U0MAYA'],
  ...over,
})

test('a private channel is seen by its members only', () => {
  const channel = aChannel({ isPrivate: true })
  assert.equal(canSee(aPerson({ id: 'U0MAYA' }), channel), true)
  assert.equal(canSee(aPerson({}), channel), false)
})

test('a public channel is seen by everybody but guests who are no members', () => {
  assert.equal(canSee(aPerson({}), aChannel({})), true)
  assert.equal(canSee(aPerson({ isGuest: true }), aChannel({})), false)
  assert.equal(canSee(aPerson({ isGuest: true, id: 'U0MAYA' }), aChannel({})), true)
})

test('a channel whose members the world does not tell is shown', () => {
  assert.equal(canSee(aPerson({}), aChannel({ isPrivate: true, members: undefined })), true)
})
