import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  cardAbout,
  cardReads,
  codeOf,
  grantIdOn,
  headerOf,
  press,
  textIn,
  untilSteps,
} from '../support/desk.ts'
import { aStranger, JONAS, oktaRoles } from '../support/events.ts'
import { type Message, sharedWorld, until } from '../support/world.ts'

/** Every grant that would be let through is shown to people, so that one of them can be looked at. */
const policyFile = join(mkdtempSync(join(tmpdir(), 'countersign-blind-')), 'policy.json')
writeFileSync(policyFile, JSON.stringify({ autoResolve: { blindSampleRate: 1 } }))
const world = sharedWorld({ env: { POLICY_FILE: policyFile } })

const TELLING = /let through|sample|score|of 100|\blow\b|verdict|recommends/i
const HELD_BACK = /For some reviews, scores and the model’s reading are shown only after the decision\./

async function answerTo(text: string): Promise<string> {
  const seen = async () => (await world().get('person?user=U0MAYA'))['ephemerals'] as readonly Message[]
  const { length } = await seen()
  await world().act({ user: 'U0MAYA', type: 'command', text })
  await until(`an answer to ${text}`, async () => (await seen()).length > length)
  return textIn((await seen()).at(-1))
}

test('a blind sample is a medium card that tells its verdict nowhere, until somebody decides', async () => {
  const person = aStranger()
  await world().inject('okta-logs', [
    oktaRoles({ grantee: person, grantor: JONAS, roles: ['Access requests administrator'] }),
  ])
  const card = await cardAbout(world(), person.email)
  const grantId = grantIdOn(card)
  assert.match(headerOf(card), /· Medium · waiting for a decision/)
  assert.doesNotMatch(textIn(card.blocks).replace(HELD_BACK, ''), TELLING)
  for (const text of ['/grants pending', `/grants explain ${codeOf(card)}`])
    assert.doesNotMatch((await answerTo(text)).replace(HELD_BACK, ''), TELLING, text)
  const [opened] = await untilSteps(world(), grantId, ['review.opened'])
  assert.deepEqual([opened?.['band'], opened?.['baseline_score'], opened?.['scorer']], [null, null, null])
  await press(world(), 'U0MAYA', card, 'approve')
  await cardReads(world(), grantId, /This was a blind sample: the policy had let it through/)
  const [, approved] = await untilSteps(world(), grantId, ['review.opened', 'review.approved'])
  assert.equal(approved?.['band'], 'low')
  assert.match(JSON.stringify(approved?.['detail']), /"origin":"sample"/)
})
