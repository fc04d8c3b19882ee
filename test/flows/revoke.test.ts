import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cardAbout,
  cardReads,
  choose,
  codeOf,
  decideWithReason,
  grantIdOn,
  headerOf,
  press,
  stepsOf,
  textIn,
  untilSteps,
} from '../support/desk.ts'
import {
  aStranger,
  type Colleague,
  type Given,
  githubOwner,
  githubOwnerTaken,
  githubRepositoryAdmin,
  githubRepositoryAdminTaken,
  JONAS,
  oktaRoles,
  PRIYA,
  READ_ONLY,
  SOFIA,
  SUPER_ADMIN,
} from '../support/events.ts'
import { type Message, sharedWorld, until } from '../support/world.ts'

const MINUTE_MS = 60_000

const world = sharedWorld({})

async function github(...events: readonly unknown[]): Promise<void> {
  await world().inject('github-audit', events)
}

async function okta(...events: readonly unknown[]): Promise<void> {
  await world().inject('okta-logs', events)
}

async function ownerCard(given: Given): Promise<Message> {
  await github(githubOwner(given))
  return await cardAbout(world(), given.grantee.login)
}

async function revoke(card: Message): Promise<string> {
  await decideWithReason(world(), 'U0MAYA', { card, action: 'revoke', reason: 'Not agreed.' })
  await cardReads(world(), grantIdOn(card), /Revoke requested|Revoked, confirmed/)
  return grantIdOn(card)
}

/** Waits until the app has read an event that changes nothing else: an unrelated grant behind it has its card. */
async function untilRead(): Promise<void> {
  await ownerCard({ grantee: aStranger() })
}

const REVOKED = ['review.opened', 'review.revoke_requested', 'review.revoke_confirmed']

test('taken away by somebody else before anybody decided: nothing is left to decide', async () => {
  const grantee = aStranger()
  const card = await ownerCard({ grantee, grantor: PRIYA })
  await github(githubOwnerTaken({ grantee, grantor: SOFIA }))
  const moot = await cardReads(world(), grantIdOn(card), /Gone at the source before a decision/)
  assert.match((await press(world(), 'U0MAYA', moot, 'approve')).error ?? '', /There is no element/)
  const [, step] = await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.moot'])
  assert.equal(step?.['state_after'], 'moot')
})

for (const [who, remover] of [
  ['grantor', () => PRIYA],
  ['grantee', (grantee: Colleague) => grantee],
] as const)
  test(`taken away again by its own ${who}: it stays to be judged, marked as already gone`, async () => {
    const person = aStranger()
    // GitHub names the actor by address and login, the member by login alone.
    const grantee = who === 'grantee' ? { ...person, email: person.login } : person
    const card = await ownerCard({ grantee, grantor: PRIYA })
    await github(githubOwnerTaken({ grantee, grantor: remover(grantee) }))
    const marked = await cardReads(world(), grantIdOn(card), /\*Already gone\* at the source since/)
    assert.match(headerOf(marked), /waiting for a decision/)
    await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.already_gone'])
    const grantId = await revoke(marked)
    await untilSteps(world(), grantId, [
      'review.opened',
      'review.already_gone',
      'review.revoke_requested',
      'review.revoke_confirmed',
    ])
    await cardReads(world(), grantId, /Revoked, confirmed at the source/)
  })

test('a removal of another role, or of the same role elsewhere, confirms nothing', async () => {
  const grantee = aStranger()
  await github(githubRepositoryAdmin({ grantee }, 'northwind/payments'))
  const card = await ownerCard({ grantee })
  const grantId = await revoke(card)
  await github(
    githubRepositoryAdminTaken({ grantee }, 'northwind/payments'),
    githubOwnerTaken({ grantee: aStranger() }),
  )
  await untilRead()
  assert.deepEqual(await stepsOf(world(), grantId), ['review.opened', 'review.revoke_requested'])
  await github(githubOwnerTaken({ grantee }))
  await untilSteps(world(), grantId, REVOKED)
})

test('a list of roles that no longer holds the role confirms the revoke, a longer list does not', async () => {
  const grantee = aStranger()
  await okta(oktaRoles({ grantee, roles: [SUPER_ADMIN] }))
  const grantId = await revoke(await cardAbout(world(), grantee.email))
  await okta(oktaRoles({ grantee, roles: [SUPER_ADMIN, READ_ONLY] }))
  await untilRead()
  assert.deepEqual(await stepsOf(world(), grantId), ['review.opened', 'review.revoke_requested'])
  await okta(oktaRoles({ grantee, grantor: SOFIA, roles: [READ_ONLY] }))
  const [, , confirmed] = await untilSteps(world(), grantId, REVOKED)
  assert.match(JSON.stringify(confirmed?.['detail']), /"removed_at":"20/)
})

test('the removal of everything confirms the revoke of one role', async () => {
  const grantee = aStranger()
  await okta(oktaRoles({ grantee, roles: [SUPER_ADMIN] }))
  const grantId = await revoke(await cardAbout(world(), grantee.email))
  await okta(oktaRoles({ grantee, grantor: SOFIA, roles: [], gone: SUPER_ADMIN }))
  await untilSteps(world(), grantId, REVOKED)
})

test('given again after the removal: the first revoke is not confirmed by it, and the new grant is high', async () => {
  const grantee = aStranger()
  const start = Date.now()
  const grantId = await revoke(await ownerCard({ grantee, at: start }))
  await github(
    githubOwnerTaken({ grantee, grantor: SOFIA, at: start + 1_000 }),
    githubOwner({ grantee, grantor: JONAS, at: start + 2_000 }),
  )
  const again = await until('a card of the new grant', async () =>
    (await world().cards()).find(
      (card) => textIn(card.blocks?.[1]).includes(grantee.login) && grantIdOn(card) !== grantId,
    ),
  )
  assert.match(headerOf(again), /High/)
  assert.match(textIn(again.blocks), /revoked/i, 'it points to the revoke before it')
  assert.deepEqual(await stepsOf(world(), grantId), ['review.opened', 'review.revoke_requested'])
})

test('given again after a confirmed revoke: a new review that points to the old one', async () => {
  const grantee = aStranger()
  const start = Date.now()
  const grantId = await revoke(await ownerCard({ grantee, at: start }))
  await github(githubOwnerTaken({ grantee, grantor: SOFIA, at: start + 1_000 }))
  await untilSteps(world(), grantId, REVOKED)
  await github(githubOwner({ grantee, grantor: JONAS, at: start + 2_000 }))
  const again = await until('a card of the new grant', async () =>
    (await world().cards()).find(
      (card) => textIn(card.blocks?.[1]).includes(grantee.login) && grantIdOn(card) !== grantId,
    ),
  )
  assert.match(headerOf(again), /High/)
  assert.match(textIn(again.blocks), /revoke/i)
  const [opened] = await untilSteps(world(), grantIdOn(again), ['review.opened'])
  assert.equal(opened?.['floor'], 'regrant_after_revoke')
  assert.deepEqual(await stepsOf(world(), grantId), REVOKED, 'what was confirmed stays so')
})

test('nobody confirms it in time: overdue, told under the card and where escalations go; late is still confirmed', async () => {
  const grantee = aStranger()
  const card = await ownerCard({ grantee })
  const grantId = await revoke(card)
  await world().advance(61 * MINUTE_MS)
  const overdue = await cardReads(world(), grantId, /Revoke not confirmed in time/)
  assert.match(headerOf(overdue), /revoke not confirmed in time/)
  await until('the reply under the card', async () => {
    const found = (await world().cards()).find((one) => one.ts === card.ts)
    return (found?.replies ?? []).some((reply) => /not confirmed at the source in time/.test(reply.text))
  })
  const told = await until('the notice', async () =>
    (await world().messages('access-escalations')).find((one) => textIn(one).includes(codeOf(card))),
  )
  assert.match(textIn(told), /Check the automation, or take the role away by hand/)
  await github(githubOwnerTaken({ grantee, grantor: SOFIA }))
  await cardReads(world(), grantId, /Revoked, confirmed at the source/)
  await untilSteps(world(), grantId, [
    'review.opened',
    'review.revoke_requested',
    'review.revoke_overdue',
    'review.revoke_confirmed',
  ])
})

test('a reopened revoke is no longer waited for, and the removal then settles the open review', async () => {
  const grantee = aStranger()
  const card = await ownerCard({ grantee })
  const grantId = await revoke(card)
  const revoking = await cardReads(world(), grantId, /Revoke requested/)
  await choose(world(), 'U0DEV', revoking, 'reopen')
  await cardReads(world(), grantId, /\*Reopened\*/)
  await world().advance(61 * MINUTE_MS)
  await untilRead()
  await github(githubOwnerTaken({ grantee, grantor: SOFIA }))
  await untilSteps(world(), grantId, [
    'review.opened',
    'review.revoke_requested',
    'review.reopened',
    'review.moot',
  ])
})

test('removals that arrive together with their grant leave no card behind that says otherwise', async () => {
  const grantee = aStranger()
  const start = Date.now()
  await github(
    githubOwner({ grantee, grantor: PRIYA, at: start }),
    githubOwnerTaken({ grantee, grantor: PRIYA, at: start + 1_000 }),
  )
  const card = await cardAbout(world(), grantee.login)
  await cardReads(world(), grantIdOn(card), /\*Already gone\*/)
})
