import assert from 'node:assert/strict'
import { test } from 'node:test'
import { REVIEW_ACTIONS } from '../../src/slack/ids.ts'
import {
  cardAbout,
  cardReads,
  choose,
  codeOf,
  decideWithReason,
  grantIdOn,
  headerOf,
  openForm,
  press,
  submitReason,
  textIn,
  toldTo,
  type User,
  untilSteps,
  untilTold,
} from '../support/desk.ts'
import {
  ANA,
  aStranger,
  type Colleague,
  githubOwner,
  JONAS,
  oktaRoles,
  SOFIA,
  SUPER_ADMIN,
} from '../support/events.ts'
import { type Message, sharedWorld, until } from '../support/world.ts'

const HOUR_MS = 3_600_000

const world = sharedWorld({ env: { REVIEWERS: 'S0SECURITY,U0GUEST,U0GONE,U0ANA' } })

/** A standing role over the whole organisation: medium by its floor. */
async function superAdmin(given: { grantee?: Colleague; grantor?: Colleague } = {}): Promise<Message> {
  const { grantee = aStranger(), grantor = JONAS } = given
  await world().inject('okta-logs', [oktaRoles({ grantee, grantor, roles: [SUPER_ADMIN] })])
  return await cardAbout(world(), grantee.email)
}

/** Somebody gives a role to themself: high by its floor. */
async function selfGrant(): Promise<Message> {
  const person = aStranger()
  await world().inject('okta-logs', [oktaRoles({ grantee: person, grantor: person, roles: [SUPER_ADMIN] })])
  return await cardAbout(world(), person.email)
}

test('of two reviewers who click at the same moment one decides, and the other is told who did', async () => {
  const card = await superAdmin()
  const clicks = await Promise.all([
    press(world(), 'U0MAYA', card, 'approve'),
    press(world(), 'U0DEV', card, 'approve'),
  ])
  assert.deepEqual(
    clicks.map((click) => click.ok),
    [true, true],
  )
  const history = await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.approved'])
  const winner = history[1]?.['actor']
  const [won, lost] = winner === 'U0MAYA' ? (['U0MAYA', 'U0DEV'] as const) : (['U0DEV', 'U0MAYA'] as const)
  const sentence = await untilTold(world(), lost, /was faster/, card)
  assert.match(sentence, new RegExp(`\\(<@${won}>\\) was faster: G-\\w{7} is approved`))
  assert.deepEqual(await toldTo(world(), won), [], 'the winner needs no telling')
})

test('a standing role over the whole organisation that one person approves says so on card and record', async () => {
  const card = await superAdmin()
  await press(world(), 'U0MAYA', card, 'approve')
  await cardReads(world(), grantIdOn(card), /One person alone approved/)
  const [, approved] = await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.approved'])
  assert.match(JSON.stringify(approved?.['detail']), /"single_approval":true/)
  assert.equal(approved?.['actor_email'], 'maya@northwind.example')
})

test('an approved review takes no further decision', async () => {
  const card = await superAdmin()
  const grantId = grantIdOn(card)
  await press(world(), 'U0MAYA', card, 'approve')
  const approved = await cardReads(world(), grantId, /\*Approved\* by Maya Okafor/)
  const texts = textIn(approved.blocks)
  for (const button of ['Approve', 'Revoke', 'Escalate'])
    assert.ok(!texts.split('\n').includes(button), `${button} is gone from the card`)
  for (const action of ['approve', 'revoke', 'escalate'] as const) {
    const gone = await press(world(), 'U0DEV', approved, action)
    assert.match(gone.error ?? '', /There is no element/)
  }
  await untilSteps(world(), grantId, ['review.opened', 'review.approved'])
})

test('a form that was opened before somebody else decided comes too late', async () => {
  const card = await superAdmin()
  const viewId = await openForm(world(), 'U0DEV', { card, action: 'revoke' })
  await press(world(), 'U0MAYA', card, 'approve')
  const late = await submitReason(world(), 'U0DEV', {
    viewId,
    reason: 'Nobody asked for it.',
  })
  assert.equal(late.ok, true)
  await untilTold(world(), 'U0DEV', /Maya Okafor \(<@U0MAYA>\) was faster/, card)
  await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.approved'])
})

test('whoever gave the role, received it, or is no reviewer is refused with a sentence of their own', async () => {
  const bySofia = await superAdmin({ grantor: SOFIA })
  const toAna = await superAdmin({ grantee: ANA })
  const refusals: readonly (readonly [User, Message, RegExp])[] = [
    ['U0SOFIA', bySofia, /You cannot decide on this one: you gave the role/],
    ['U0ANA', toAna, /You cannot decide on this one: the role was given to you/],
    ['U0GUEST', bySofia, /Guests cannot decide/],
    ['U0PRIYA', bySofia, /You are not a reviewer/],
    ['U0JONAS', toAna, /You are not a reviewer/],
  ]
  for (const [user, card, sentence] of refusals)
    for (const action of ['approve', 'revoke', 'escalate'] as const) {
      const refused = await press(world(), user, card, action)
      await untilTold(world(), user, sentence)
      assert.equal(refused.sees?.view, undefined, `${user} gets no form`)
    }
  for (const card of [bySofia, toAna]) await untilSteps(world(), grantIdOn(card), ['review.opened'])
  // Slack itself lets a deactivated account do nothing.
  assert.match((await press(world(), 'U0GONE', bySofia, 'approve')).error ?? '', /deactivated/)
  assert.equal((await press(world(), 'U0SOFIA', toAna, 'approve')).ok, true)
  await untilSteps(world(), grantIdOn(toAna), ['review.opened', 'review.approved'])
})

test('approving at high needs a reason, which stands on the card and in the record', async () => {
  const card = await selfGrant()
  assert.match(headerOf(card), /High/)
  const viewId = await openForm(world(), 'U0MAYA', { card, action: 'approve' })
  const empty = await submitReason(world(), 'U0MAYA', { viewId, reason: '   ' })
  assert.match(JSON.stringify(empty.sees?.errors), /reason/i)
  await untilSteps(world(), grantIdOn(card), ['review.opened'])
  const given = await submitReason(world(), 'U0MAYA', {
    viewId,
    reason: 'Break-fix, seen by *me*.',
  })
  assert.equal(given.ok, true)
  const [, approved] = await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.approved'])
  assert.equal(approved?.['reason'], 'Break-fix, seen by *me*.')
  await cardReads(world(), grantIdOn(card), /Break-fix, seen by ∗me∗\./)
})

test('a click on a message that is not the posted card decides nothing', async () => {
  const card = await superAdmin()
  // The same blocks elsewhere, as a forwarded or forged message would carry them.
  const forged = await fetch(`${world().world.url}/slack/api/chat.postMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-sandbox-countersign' },
    body: JSON.stringify({ channel: 'C0REVIEW', text: 'copy', blocks: card.blocks }),
  })
  const { ts } = (await forged.json()) as { ts: string }
  for (const action of ['approve', 'revoke', 'escalate'] as const) {
    const click = await world().act({
      user: 'U0MAYA',
      type: 'button',
      messageTs: ts,
      actionId: REVIEW_ACTIONS[action],
    })
    assert.equal(click.sees?.view, undefined, action)
  }
  await until('three refusals', async () => {
    const told = await toldTo(world(), 'U0MAYA')
    return told.filter((text) => text.includes(`not the live card of ${codeOf(card)}`)).length === 3
  })
  await untilSteps(world(), grantIdOn(card), ['review.opened'])
})

test('an escalation is told in the escalation channel once, and the review stays open', async () => {
  const card = await superAdmin()
  const grantId = grantIdOn(card)
  await press(world(), 'U0DEV', card, 'escalate')
  const escalated = await cardReads(world(), grantId, /\*Escalated\*/)
  assert.match(headerOf(escalated), /waiting for a decision/)
  await press(world(), 'U0MAYA', escalated, 'escalate')
  await untilTold(world(), 'U0MAYA', /Dev Patel \(<@U0DEV>\) escalated G-\w{7} already/, card)
  await untilSteps(world(), grantId, ['review.opened', 'review.escalated'])
  const notices = (await world().messages('access-escalations')).filter((one) =>
    textIn(one).includes(codeOf(card)),
  )
  assert.equal(notices.length, 1)
  assert.match(textIn(notices[0]), /Escalated: somebody asks for a second look[\s\S]*Open the card/)
  await press(world(), 'U0MAYA', escalated, 'approve')
  await untilSteps(world(), grantId, ['review.opened', 'review.escalated', 'review.approved'])
})

test('a decision can be reopened for a while and decided anew', async () => {
  const card = await superAdmin()
  const grantId = grantIdOn(card)
  await decideWithReason(world(), 'U0MAYA', { card, action: 'revoke', reason: 'Not agreed.' })
  const revoking = await cardReads(world(), grantId, /Revoke requested, not yet confirmed/)
  assert.equal((await choose(world(), 'U0DEV', revoking, 'reopen')).ok, true)
  const reopened = await cardReads(world(), grantId, /\*Reopened\*/)
  await press(world(), 'U0DEV', reopened, 'approve')
  await untilSteps(world(), grantId, [
    'review.opened',
    'review.revoke_requested',
    'review.reopened',
    'review.approved',
  ])
  await cardReads(world(), grantId, /\*Approved\* by Dev Patel/)
})

test('once the time for it is over a decision cannot be reopened', async () => {
  const card = await superAdmin()
  const grantId = grantIdOn(card)
  await press(world(), 'U0MAYA', card, 'approve')
  const approved = await cardReads(world(), grantId, /\*Approved\*/)
  await world().advance(HOUR_MS + 1_000)
  await choose(world(), 'U0MAYA', approved, 'reopen')
  await untilTold(world(), 'U0MAYA', /The time for reopening G-\w{7} is over/, card)
  await untilSteps(world(), grantId, ['review.opened', 'review.approved'])
})

test('an organisation owner on GitHub is asked about and decided like any other', async () => {
  const grantee = aStranger()
  await world().inject('github-audit', [githubOwner({ grantee })])
  const card = await cardAbout(world(), grantee.login)
  assert.match(textIn(card.blocks), /Organization owner/)
  await press(world(), 'U0MAYA', card, 'approve')
  const history = await untilSteps(world(), grantIdOn(card), ['review.opened', 'review.approved'])
  assert.equal(history[0]?.['source'], 'github')
})
