import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barOf, type Member } from '../../src/domain/authority.ts'
import { aGrant, aParty, aPolicy } from '../support/builders.ts'

const aMember = (parts: Partial<Member> = {}): Member => ({
  slackUserId: 'U0MAYA',
  name: 'Maya Okafor',
  handle: 'maya',
  email: 'maya@northwind.example',
  deactivated: false,
  guest: false,
  stranger: false,
  bot: false,
  ...parts,
})
const roster = new Set(['U0MAYA'])
const bar = (parts: Partial<Parameters<typeof barOf>[0]> = {}) =>
  barOf({ member: aMember(), grant: aGrant(), policy: aPolicy(), roster, ...parts })

test('a reviewer who has no part in the grant may decide', () => {
  assert.equal(bar(), null)
})

test('nobody decides on a grant they gave or got', () => {
  assert.equal(bar({ grant: aGrant({ grantee: 'maya@northwind.example' }) }), 'grantee')
  assert.equal(bar({ grant: aGrant({ grantor: 'MAYA@northwind.example' }) }), 'grantor')
})

test('an alias bars the person behind another identity', () => {
  const policy = aPolicy({
    identities: { aliases: [{ person: 'maya@northwind.example', identities: ['okafor-m', 'U0MAYA'] }] },
  })
  assert.equal(bar({ policy, grant: aGrant({ grantor: 'okafor-m' }) }), 'grantor')
  assert.equal(bar({ policy, grant: aGrant({ grantee: 'okafor-m' }) }), 'grantee')
})

test('a login that is the name before the @ or the Slack handle bars, unless an alias says whose it is', () => {
  assert.equal(bar({ grant: aGrant({ grantee: aParty('maya') }) }), 'grantee')
  const policy = aPolicy({
    identities: {
      aliases: [
        { person: 'maya.other@northwind.example', identities: ['maya-gh'] },
        { person: 'maya@northwind.example', identities: ['okafor-m'] },
      ],
    },
  })
  assert.equal(bar({ policy, grant: aGrant({ grantee: aParty('maya-gh') }) }), null)
})

test('a Slack id named as a party bars that member', () => {
  assert.equal(bar({ grant: aGrant({ grantee: aParty('U0MAYA') }) }), 'grantee')
})

test('whoever has no address cannot be told from grantor and grantee, unless an alias says who they are', () => {
  const member = aMember({ email: null })
  assert.equal(bar({ member }), 'no-address')
  assert.equal(bar({ member, grant: aGrant({ grantor: aParty('maya') }) }), 'grantor')
  const policy = aPolicy({
    identities: { aliases: [{ person: 'maya@northwind.example', identities: ['U0MAYA'] }] },
  })
  assert.equal(bar({ member, policy }), null)
  assert.equal(bar({ member, policy, grant: aGrant({ grantor: 'maya@northwind.example' }) }), 'grantor')
})

test('guests, strangers, bots, the deactivated and the unknown are barred whatever the list says', () => {
  assert.equal(bar({ member: aMember({ guest: true }) }), 'guest')
  assert.equal(bar({ member: aMember({ stranger: true }) }), 'stranger')
  assert.equal(bar({ member: aMember({ bot: true }) }), 'bot')
  assert.equal(bar({ member: aMember({ deactivated: true }) }), 'deactivated')
  assert.equal(bar({ member: null }), 'unknown-person')
})

test('without reviewers nobody decides, and a member who is none does not either', () => {
  assert.equal(bar({ roster: new Set() }), 'no-reviewers')
  assert.equal(bar({ roster: new Set(['U0DEV']) }), 'not-a-reviewer')
})
