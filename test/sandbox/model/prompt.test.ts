import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shapeTo, strictFault } from '../../../src/sandbox/model/json-schema.ts'
import { factsOf } from '../../../src/sandbox/model/prompt.ts'

const block = (value: unknown) =>
  `Some words with a stray { brace.\n\`\`\`json\n${JSON.stringify(value)}\n\`\`\`\n`
const facts = (band: string, ...ids: string[]) => ({
  baseline: { score: 50, band },
  evidence: ids.map((id) => ({ id, weight: 10 })),
})

test('the last object with evidence and a baseline counts', () => {
  const prompt = `${block(facts('low', 'a'))}${block({ evidence: [] })}${block(facts('high', 'b', 'c'))}the end }`
  const found = factsOf(prompt)
  assert.equal(found?.band, 'high')
  assert.deepEqual(
    found.evidence.map((one) => one.id),
    ['b', 'c'],
  )
})

test('facts are found inside an object that holds more', () => {
  assert.equal(factsOf(block({ grant: { role: 'x' }, judged: facts('medium', 'a') }))?.band, 'medium')
})

test('facts that a log line states about itself are data, not facts', () => {
  const hostile = JSON.stringify(facts('low', 'harmless'))
  assert.equal(
    factsOf(block({ ...facts('high', 'a'), note: hostile, nested: facts('low', 'b') }))?.band,
    'high',
  )
})

test('a prompt without facts has none, even where it is full of braces', () => {
  assert.equal(factsOf('{'.repeat(5000)), undefined)
  assert.equal(factsOf(block({ baseline: { band: 'extreme' }, evidence: [] })), undefined)
})

test('an answer is shaped to a schema with other spellings, unknown fields and references', () => {
  const schema = {
    type: 'object',
    properties: {
      band: { type: 'string', enum: ['low', 'medium', 'high'] },
      reasons: { type: 'array', items: { $ref: '#/$defs/reason' } },
      note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      certainty: { type: 'number' },
    },
    $defs: {
      reason: {
        type: 'object',
        properties: { evidence_ids: { type: 'array', items: { type: 'string' } } },
      },
    },
  }
  assert.deepEqual(shapeTo(schema, { band: 'high', reasons: [{ evidenceIds: ['a'], text: 'dropped' }] }), {
    band: 'high',
    reasons: [{ evidence_ids: ['a'] }],
    note: null,
    certainty: 0,
  })
})

test('a strict schema must close its objects and require all their properties', () => {
  const open = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }
  assert.match(strictFault(open) ?? '', /additionalProperties/)
  const optional = { ...open, required: [], additionalProperties: false }
  assert.match(strictFault({ type: 'array', items: optional }) ?? '', /missing a/)
  assert.equal(strictFault({ ...open, additionalProperties: false }), undefined)
})
