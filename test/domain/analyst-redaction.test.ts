import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createVeil } from '../../src/domain/analyst-redaction.ts'
import { GRANTS, openTalk } from '../support/conversation.ts'

const says = (text: string, cites: readonly string[]) => ({
  kind: 'answer' as const,
  text: JSON.stringify({
    sentences: [{ text, cites }],
    cannotSay: false,
    table: null,
    chart: null,
    prepare: null,
  }),
  usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 1 },
})

test('people go to the model as pseudonyms, come back as themselves, and are looked up by either', async () => {
  const talk = await openTalk({ models: { analyst: 'a-model' }, redactedFields: ['emails', 'names'] })
  talk.script.turn = (request) => {
    const text = JSON.stringify(request.items)
    const pseudonym = /What roles did (person-\d+) get/.exec(text)?.[1] ?? 'nobody'
    if (request.items.some(({ kind }) => kind === 'result'))
      return says(`${pseudonym} was given 2 roles.`, ['r1'])
    const given = { person: pseudonym, side: 'grantee', since: null, until: null }
    return {
      kind: 'calls',
      calls: [{ id: 'c1', name: 'person_history', arguments: JSON.stringify(given) }],
      usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 1 },
    }
  }
  const { answer } = await talk.ask('What roles did Ana get?')
  assert.deepEqual(
    answer.sentences.map(({ text }) => text),
    ['ana@northwind.example was given 2 roles.'],
  )
  assert.match(answer.cited[0]?.title ?? '', /Ana Torres \(ana@northwind\.example\)/)
  await talk.ask('And since yesterday, did Priya Raman give any?')
  const sent = JSON.stringify(talk.requests)
  assert.doesNotMatch(sent, /northwind\.example|Torres|Priya|Raman|Sofia|\bAna\b/)
  await talk.close()
})

test('addresses of networks, reasons, tickets and programs stay here when the policy says so', async () => {
  const talk = await openTalk({
    models: { analyst: 'a-model' },
    redactedFields: ['ip', 'justification', 'ticket', 'userAgent'],
  })
  talk.script.activity = () => ({
    apl: "['okta-logs']",
    partial: false,
    rows: [{ at: 0, event: { eventType: 'x', client: { ip: '203.0.113.9', agent: 'curl/8' } } }],
  })
  talk.script.turn = (request) =>
    request.items.some(({ kind }) => kind === 'result')
      ? says('The address is 203.0.113.9.', ['r1:1'])
      : {
          kind: 'calls',
          calls: [
            { id: 'c1', name: 'case', arguments: '{"grant":null}' },
            {
              id: 'c2',
              name: 'activity',
              arguments: '{"grant":null,"person":null,"around":null,"hours":null,"source":null}',
            },
          ],
          usage: { inputTokens: 1, cachedTokens: 0, outputTokens: 1 },
        }
  const { answer } = await talk.ask('What is the address?', { grantId: GRANTS.selfGrant.id })
  assert.doesNotMatch(JSON.stringify(talk.requests), /203\.0\.113\.9|OPS-4711|Emergency|curl/)
  // What people are shown of the results is whole: the policy keeps it from the model only.
  assert.match(JSON.stringify(answer.cited), /203\.0\.113\.9/)
  await talk.close()
})

test('pseudonyms stay the same as more people become known', () => {
  const veil = createVeil(['emails', 'names'])
  veil.learn([GRANTS.owner])
  const before = veil.hide('Ana Torres met Priya Raman')
  veil.learn([GRANTS.selfGrant, GRANTS.help])
  assert.equal(veil.hide('Ana Torres met Priya Raman'), before)
  assert.equal(veil.show(before), 'ana@northwind.example met priya@northwind.example')
  const stranger = veil.hide('write to zoe@elsewhere.example and ana@northwind.example')
  assert.match(stranger, /^write to person-\d+ and person-\d+$/)
  assert.equal(veil.show(stranger), 'write to zoe@elsewhere.example and ana@northwind.example')
})
