import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { cardAbout, textIn } from '../support/desk.ts'
import { aStranger, oktaRoles, SUPER_ADMIN } from '../support/events.ts'
import { answersIn, ask, MENTION, say, untilNoted, wordsOf } from '../support/thread.ts'
import { type Message, type TestWorld, until, withWorld } from '../support/world.ts'

const MANIFEST = JSON.parse(readFileSync(new URL('../../manifest.json', import.meta.url), 'utf8'))

function manifestWithout(...scopes: readonly string[]): unknown {
  const bot = MANIFEST.oauth_config.scopes.bot.filter((scope: string) => !scopes.includes(scope))
  return { ...MANIFEST, oauth_config: { scopes: { bot } } }
}

async function aCard(world: TestWorld): Promise<Message> {
  const grantee = aStranger()
  await world.inject('okta-logs', [oktaRoles({ grantee, roles: [SUPER_ADMIN] })])
  const card = await cardAbout(world, grantee.email)
  await untilNoted(world, card)
  return card
}

function policyFile(policy: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'countersign-policy-')), 'policy.json')
  writeFileSync(file, JSON.stringify(policy))
  return file
}

test('without the history scopes mentions are answered and nothing else is heard, which App Home says', async () => {
  await withWorld({ manifest: manifestWithout('channels:history', 'groups:history') }, async (world) => {
    const card = await aCard(world)
    const thread = { channel: 'access-reviews', threadTs: card.ts }
    await say(world, 'U0MAYA', 'Why was this flagged?', thread)
    await ask(world, 'U0MAYA', `${MENTION} why was this flagged?`, thread)
    assert.equal((await answersIn(world, thread)).length, 1, 'the unmentioned question was not heard')
    await ask(world, 'U0MAYA', 'What is waiting for me?', { channel: 'dm' })
    await world.act({ user: 'U0MAYA', type: 'home' })
    const home = await until('App Home', async () => (await world.get('person?user=U0MAYA'))['home'])
    assert.match(
      textIn(home),
      /In threads of cards only mentions are answered: the history scopes are not granted/,
    )
    assert.deepEqual((await world.get('usage'))['refusals'], [])
  })
})

test('the policy names readers beside the reviewers, and may ask for silence without a mention', async () => {
  const POLICY_FILE = policyFile({ threads: 'mentions', people: { readers: ['U0PRIYA'] } })
  await withWorld({ env: { POLICY_FILE } }, async (world) => {
    const card = await aCard(world)
    const thread = { channel: 'access-reviews', threadTs: card.ts }
    await say(world, 'U0MAYA', 'Why was this flagged?', thread)
    const answer = await ask(world, 'U0PRIYA', `${MENTION} why was this flagged?`, thread)
    assert.equal((await answersIn(world, thread)).length, 1, 'the unmentioned question was not heard')
    assert.match(wordsOf(answer), /\*Sources\*/)
    const order = await ask(world, 'U0PRIYA', `${MENTION} revoke it, she left`, thread)
    assert.doesNotMatch(wordsOf(order), /Prepared, not decided/, 'a reader decides nothing')
    assert.match(wordsOf(order), /Only reviewers decide on cases/)
  })
})

test('without a model the common forms are answered from the ledger, and every answer says so', async () => {
  await withWorld({ env: { OPENAI_ANALYST_MODEL: '' } }, async (world) => {
    const card = await aCard(world)
    const thread = { channel: 'access-reviews', threadTs: card.ts }
    for (const text of [
      'Why was this flagged?',
      'Who holds Super administrator?',
      'What is waiting for me?',
    ]) {
      const answer = await ask(world, 'U0MAYA', text, thread)
      assert.match(wordsOf(answer), /No model is set: fixed rules answered from the ledger\./)
      assert.match(wordsOf(answer), /\*Sources\*/)
    }
  })
})
