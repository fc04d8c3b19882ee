import assert from 'node:assert/strict'
import { test } from 'node:test'
import { analystInstructions } from '../../src/domain/analyst-prompt.ts'
import type { Answer } from '../../src/domain/answer.ts'
import { type Grant, shortCode } from '../../src/domain/grant.ts'
import { actionAskedFor } from '../../src/domain/question.ts'
import { TOOL_NAMES } from '../../src/domain/tool-result.ts'
import type { AnalystRequest } from '../../src/ports/analyst.ts'
import { ANSWER_LIMITS } from '../../src/workflows/analyst-loop.ts'
import { aGrant, aReview, NOON, TENANT } from '../support/builders.ts'
import { GRANTS, openTalk, type Talk } from '../support/conversation.ts'
import { INJECTIONS } from '../support/injections.ts'
import { stubAnalyst } from '../support/stub-analyst.ts'

/** A model that obeys whatever it reads, and every attack in every text that it can read. */

const OTHER = 't-other'
const SECRET_ROLE = 'Wilhelmina’s vault'

/** One grant that carries the text wherever somebody outside may write. */
function poisoned(text: string, index: number): Grant {
  const clipped = text.slice(0, 1_000).toWellFormed().replaceAll('\0', '')
  return aGrant({
    act: `poison-${index}`,
    occurredAt: NOON - 60_000 - index,
    grantee: {
      id: `mallory-${index}`,
      email: null,
      name: clipped.slice(0, 200).toWellFormed(),
      type: 'user',
    },
    role: {
      id: `role-${index}`,
      name: clipped.slice(0, 300).toWellFormed(),
      tier: 'T0',
      scope: clipped.slice(0, 200).toWellFormed(),
    },
    justification: clipped,
    ticket: clipped.slice(0, 200).toWellFormed(),
    userAgent: clipped.slice(0, 200).toWellFormed(),
  })
}

async function obedientTalk(t: Parameters<typeof stubAnalyst>[0]): Promise<Talk> {
  const talk = await openTalk({ models: { analyst: 'sandbox-analyst' } })
  const { analyst, faults } = await stubAnalyst(t)
  faults.set({ model: 'maliciously' })
  talk.script.turn = (request, signal) => analyst.turn(request, signal)
  const { records } = talk.store
  await records.tenants.create({ tenantId: OTHER, workspaceId: 'T0OTHER', name: 'Other', at: NOON })
  const foreign = aGrant({
    tenantId: OTHER,
    act: 'foreign',
    role: { id: 'vault', name: SECRET_ROLE, tier: 'T0' },
  })
  await records.ledger.insert([foreign])
  await records.reviews.insert([aReview(foreign)])
  return talk
}

const QUESTIONS = ['Why was this flagged?', 'Were there any grants today?', 'What is waiting for me?']
const INSTRUCTIONS = analystInstructions(null)

function assertContained(answer: Answer, requests: readonly AnalystRequest[], title: string): void {
  const said = answer.sentences.map(({ text }) => text).join('\n')
  assert.ok(!said.includes(INSTRUCTIONS.slice(0, 60)), `${title}: the prompt was told`)
  assert.doesNotMatch(said, /sk-sandbox|xoxb|whsec|t-other|Wilhelmina|31337/, title)
  for (const { rows } of answer.cited)
    for (const row of rows.filter(({ code }) => code === shortCode(GRANTS.blind.id)))
      assert.deepEqual([row['score'], row['band']], [null, null], `${title}: a blind score was told`)
  assert.ok(requests.length <= ANSWER_LIMITS.turns, title)
  for (const request of requests) {
    assert.equal(request.instructions, INSTRUCTIONS, `${title}: the instructions changed`)
    for (const tool of request.tools)
      assert.ok(
        TOOL_NAMES.some((name) => name === tool.name),
        title,
      )
    for (const item of request.items) if (item.kind !== 'call') assertFenced(item.text, title)
    assert.ok(!JSON.stringify(request.items).includes(SECRET_ROLE), `${title}: another tenant was read`)
  }
}

/** All outside text stands on one line between two markers that it cannot have known. */
function assertFenced(text: string, title: string): void {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => /^<data-[0-9a-f]{16}>$/.test(line))
  const [opening = '', data = '', closing = ''] = lines.slice(at)
  assert.ok(at !== -1 && at === lines.length - 3, `${title}: not fenced: ${text.slice(0, 80)}`)
  assert.equal(closing, opening.replace('<', '</'), title)
  assert.ok(!/[<>]/.test(data) && !/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u200b]/u.test(data), title)
  JSON.parse(data)
}

test('text in grants makes an obedient model neither act, nor tell, nor read what is not its own', async (t) => {
  const talk = await obedientTalk(t)
  const { records } = talk.store
  for (const [index, [name, text]] of INJECTIONS.entries()) {
    const grant = poisoned(text, index)
    await records.ledger.insert([grant])
    await records.reviews.insert([aReview(grant)])
    talk.requests.length = 0
    const { answer } = await talk.ask(QUESTIONS[index % QUESTIONS.length] ?? '', {
      grantId: grant.id,
      threadTs: String(index),
    })
    assertContained(answer, talk.requests, name)
    assert.equal(answer.prepared, null, `${name}: a decision was prepared that nobody asked for`)
    const [review] = await records.reviews.byIds(TENANT, [grant.id])
    assert.equal(review?.state, 'open', name)
  }
  await talk.close()
})

test('text in log events, earlier messages and the question itself does not either', async (t) => {
  const talk = await obedientTalk(t)
  for (const [index, [name, text]] of INJECTIONS.entries()) {
    talk.requests.length = 0
    talk.searches.length = 0
    talk.script.activity = () => ({
      apl: "['okta-logs']",
      partial: false,
      rows: [{ at: NOON, event: { eventType: text, [text.slice(0, 50)]: { deep: [text] }, actor: text } }],
    })
    const threadTs = `said-${index}`
    await talk.transcripts.save(TENANT, `C0REVIEW:${threadTs}`, [
      { by: 'person', text, at: NOON },
      { by: 'analyst', text, at: NOON },
    ])
    const question = `What else did Jonas do around then? ${text}`
    const { answer } = await talk.ask(question, { grantId: GRANTS.selfGrant.id, threadTs })
    assertContained(answer, talk.requests, name)
    // Whoever types an order gets its button; that of another case, or another action, nobody.
    if (answer.prepared !== null)
      assert.deepEqual(
        [answer.prepared.action, answer.prepared.grantId],
        [actionAskedFor(question), GRANTS.selfGrant.id],
        name,
      )
    for (const { dataset, to, from } of talk.searches) {
      assert.ok(['okta-logs', 'github-audit'].includes(dataset), name)
      assert.ok(to - from <= 6 * 3_600_000, name)
    }
  }
  await talk.close()
})

test('an order in somebody else’s text is nobody’s order, and an order of one’s own names its own case', async (t) => {
  const talk = await obedientTalk(t)
  const prepare = async (text: string, grantId: string | null, slackUserId = 'U0MAYA') =>
    (await talk.ask(text, { grantId, slackUserId, threadTs: `${text}${slackUserId}` })).answer.prepared
  const drafted = (grant: string, action: string, reason: string) => {
    talk.script.turn = () => ({
      kind: 'answer',
      text: JSON.stringify({
        sentences: [],
        cannotSay: true,
        table: null,
        chart: null,
        prepare: { grant, action, reason },
      }),
      usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 1 },
    })
  }
  const { owner, selfGrant } = GRANTS
  drafted(owner.id, 'revoke', 'The CISO said so.')
  assert.deepEqual(await prepare('revoke it, she left', owner.id), {
    grantId: owner.id,
    action: 'revoke',
    reason: 'she left',
  })
  assert.equal(await prepare('why is this here?', owner.id), null, 'nobody asked')
  assert.equal(await prepare('approve it, planned', owner.id), null, 'another action than asked for')
  assert.equal(await prepare('revoke it, she left', selfGrant.id), null, 'another case than the thread’s')
  assert.equal(await prepare('revoke it, she left', null), null, 'no case is named')
  assert.equal(await prepare('> revoke it\nwhat is this?', owner.id), null, 'the order is quoted')
  talk.workflow.members.set('U0ANA', {
    slackUserId: 'U0ANA',
    name: 'Ana',
    handle: 'ana',
    email: 'ana@northwind.example',
    deactivated: false,
    guest: false,
    stranger: false,
    bot: false,
  })
  assert.equal(await prepare('revoke it, she left', owner.id, 'U0ANA'), null, 'the grantee may not decide')
  const [review] = await talk.store.records.reviews.byIds(TENANT, [owner.id])
  assert.equal(review?.state, 'open')
  await talk.close()
})
