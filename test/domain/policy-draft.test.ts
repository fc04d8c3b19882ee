import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Policy, policySchema } from '../../src/domain/policy.ts'
import { draftOf } from '../../src/domain/policy-draft.ts'
import type { PolicyField } from '../../src/domain/policy-field.ts'
import { POLICY_SECTIONS, policySection } from '../../src/domain/policy-sections.ts'

const FULL: Policy = policySchema.parse({
  feeds: [
    {
      id: 'okta-eu',
      preset: 'okta',
      dataset: 'okta-logs',
      conditions: [{ field: 'actor.type', op: 'in', values: ['User', 'System'] }],
    },
    { id: 'github', preset: 'github', dataset: 'gh', prefix: 'data', enabled: false, shadow: true },
  ],
  channels: {
    review: 'C0REVIEW',
    routes: [{ feeds: ['okta-eu'], tiers: ['T0', 'T1'], channel: 'C0OTHER' }],
  },
  people: { reviewers: ['U0MAYA', 'S0GROUP'], policyAdmins: ['U0MAYA'] },
  identities: { aliases: [{ person: 'ana@x.example', identities: ['ana-gh', 'U0ANA'] }] },
  roles: { tiers: [{ preset: 'okta', role: 'a|b', tier: 'T1' }] },
  exceptions: [
    {
      id: 'EX-1',
      grantee: 'ci@x.example',
      role: '*owner*',
      reason: 'Deploys | nightly',
      owner: 'maya',
      expiresAt: '2027-01-31T23:59:59Z',
    },
  ],
  redactedFields: ['emails', 'ip'],
})

const textsOf = (policy: Policy, fields: readonly PolicyField[]) =>
  Object.fromEntries(fields.map((field) => [field.id, field.format(policy)]))

/** What becomes of a policy when one field of a section is typed anew. */
function typed(sectionId: string, texts: Readonly<Record<string, string>>, policy = FULL, pins = {}) {
  const section = policySection(sectionId)
  assert.ok(section !== null)
  return draftOf({ policy, section, texts: { ...textsOf(policy, section.fields), ...texts }, pins })
}

function faultOf(sectionId: string, field: string, text: string): string {
  const drafted = typed(sectionId, { [field]: text })
  assert.equal(drafted.ok, false, `${field} took ${text}`)
  assert.deepEqual(Object.keys(drafted.faults), [field])
  return drafted.faults[field] ?? ''
}

test('every setting but the mode has a field, and each field belongs to one', () => {
  const leaves = Object.entries(policySchema.parse({})).flatMap(([name, value]) =>
    typeof value === 'object' && !Array.isArray(value)
      ? Object.keys(value).map((inner) => `${name}.${inner}`)
      : [name],
  )
  const paths = new Set(POLICY_SECTIONS.flatMap(({ fields }) => fields.map(({ path }) => path)))
  assert.deepEqual([...paths].toSorted(), leaves.filter((leaf) => leaf !== 'mode').toSorted())
  const ids = POLICY_SECTIONS.flatMap(({ fields }) => fields.map(({ id }) => id))
  assert.equal(new Set(ids).size, ids.length)
})

for (const { id, fields } of POLICY_SECTIONS)
  test(`what the section ${id} shows can be sent back without changing anything`, () => {
    for (const field of fields) {
      const parsed = field.parse(field.format(FULL), FULL)
      assert.ok(parsed.ok, field.id)
    }
    const drafted = typed(id, {})
    assert.ok(drafted.ok)
    assert.deepEqual(drafted.policy, FULL)
  })

test('lists come back the same from the lines that they are shown as', () => {
  for (const field of POLICY_SECTIONS.flatMap((section) => section.fields)) {
    const parsed = field.parse(field.format(FULL), FULL)
    assert.ok(parsed.ok)
    const section = POLICY_SECTIONS.find(({ fields }) => fields.includes(field))
    assert.ok(section !== undefined)
    const [name = '', inner] = field.path.split('.')
    const group: unknown = FULL[name as keyof Policy]
    const before: unknown = inner === undefined ? group : (group as Record<string, unknown>)[inner]
    assert.deepEqual(parsed.value, before, field.id)
  }
})

test('a changed number, a new exception and another prompt are taken', () => {
  const numbers = typed('thresholds', { 'thresholds.medium': ' 50 ', 'floors.self_grant': 'medium' })
  assert.ok(numbers.ok)
  assert.equal(numbers.policy.thresholds.medium, 50)
  assert.equal(numbers.policy.floors.self_grant, 'medium')
  const line = 'grantee=*@x.example | role=viewer | until=2027-02-01 | owner=dev | reason=Rollout'
  const excused = typed('exceptions', { exceptions: line })
  assert.ok(excused.ok)
  const [exception] = excused.policy.exceptions
  assert.equal(exception?.expiresAt, '2027-02-01T23:59:59Z')
  assert.match(exception?.id ?? '', /^ex-[0-9a-f]{8}$/)
  const prompt = typed('scoring', { 'prompts.scoring': 'Be strict.\nVery.' })
  assert.ok(prompt.ok)
  assert.equal(prompt.policy.prompts.scoring, 'Be strict.\nVery.')
  const builtIn = typed('scoring', { 'prompts.scoring': '' }, prompt.policy)
  assert.ok(builtIn.ok)
  assert.equal(builtIn.policy.prompts.scoring, null)
})

/** Wrong values, each with what stands under its field. */
const WRONG: readonly (readonly [section: string, field: string, text: string, words: RegExp])[] = [
  ['thresholds', 'thresholds.medium', '0', /Must be at least 1\./],
  ['thresholds', 'thresholds.medium', 'a lot', /Must be a number\./],
  ['thresholds', 'thresholds.medium', '12.5', /Must be a whole number\./],
  ['thresholds', 'thresholds.medium', '90', /Medium must be lower than high\./],
  ['thresholds', 'thresholds.high', '101', /Must be at most 100\./],
  ['thresholds', 'floors.self_grant', 'extreme', /Must be low or medium or high\./],
  ['roles', 'roles.tiers', 'preset=okta | role=x | tier=T9', /Entry 1: tier must be T0 or T1 or T2\./],
  ['roles', 'roles.tiers', 'owner T0', /Line 1: “owner T0” is none of preset=…/],
  [
    'exceptions',
    'exceptions',
    'grantee=a | until=soon | owner=b | reason=c',
    /Line 1: until= must be a date/,
  ],
  ['exceptions', 'exceptions:reason', 'Because', /Say above who or what/],
  ['exceptions', 'exceptions', 'grantee=a', /until=, owner=, reason= is missing/],
  ['exceptions', 'exceptions', 'until=2027-01-01 | owner=b | reason=c', /names nobody/],
  ['identities', 'identities.companyDomains', 'x.example\nnot a domain', /Entry 2: must be a domain/],
  ['identities', 'identities.aliases', 'person=ana', /Entry 1: identities must be at least 1/],
  ['identities', 'redactedFields', 'shoeSize', /Entry 1: must be emails or names/],
  ['times', 'timezone', 'Mars/Base', /Must be an IANA time zone/],
  ['times', 'timezone', '', /Must not be empty\./],
  ['times', 'deadlines.businessStart', '25:00', /Must be a time of day/],
  ['times', 'deadlines.holidays', '2026-13-40', /Entry 1: must be a date/],
  ['times', 'deadlines.reopenMinutes', '-1', /Must be at least 0\./],
  ['people', 'people.reviewers:groups', 'security', /Line 1 must be the id of a user group/],
  ['feeds', 'feeds', 'id=X Y | preset=okta | dataset=d', /Entry 1: id must be lower case/],
  ['feeds', 'feeds', 'id=okta | preset=nonsense | dataset=d', /Entry 1: preset/],
  ['feeds', 'feeds', 'id=okta | preset=okta | dataset=d | read=maybe', /read= and shadow= are on or off/],
  ['feeds', 'feeds:conditions', 'feed=nope | field=a | op=equals | values=b', /there is no feed/],
  ['feeds', 'feeds:conditions', 'feed=okta-eu | field=a | op=like | values=b', /must be equals or/],
  ['feeds', 'customPresets', '{', /Is not JSON\./],
  ['feeds', 'customPresets', '[{"name": "okta"}]', /./],
  ['scoring', 'prompts.scoring', 'x'.repeat(8_001), /Must be at most 8000 characters\./],
  ['scoring', 'models.breakerRaisedShare', '0.2', /Must be at least 0.5\./],
  ['letting-through', 'autoResolve.blindSampleRate', '2', /Must be at most 1\./],
  [
    'channels',
    'channels.routes',
    'tiers=T0 | channel=general',
    /Entry 1: channel must be a Slack channel id/,
  ],
]
for (const [section, field, text, words] of WRONG)
  test(`${field} refuses ${JSON.stringify(text.slice(0, 60))} under the field`, () => {
    assert.match(faultOf(section, field, text), words)
  })

test('one more exception is added from its own inputs, and what it lacks is told under them', () => {
  const who = { 'exceptions:grantee': 'ops@x.example', 'exceptions:role': 'viewer' }
  const rest = {
    'exceptions:owner': 'dev',
    'exceptions:expiresAt': '2027-03-01',
    'exceptions:reason': 'Move',
  }
  const added = typed('exceptions', { ...who, ...rest })
  assert.ok(added.ok)
  assert.equal(added.policy.exceptions.length, 2)
  const [, fresh] = added.policy.exceptions
  assert.deepEqual(
    [fresh?.grantee, fresh?.role, fresh?.scope, fresh?.owner, fresh?.expiresAt, fresh?.reason],
    ['ops@x.example', 'viewer', null, 'dev', '2027-03-01T23:59:59Z', 'Move'],
  )
  assert.match(fresh?.id ?? '', /^ex-/)
  const lacking = typed('exceptions', who)
  assert.equal(lacking.ok, false)
  if (!lacking.ok)
    assert.deepEqual(Object.keys(lacking.faults).toSorted(), [
      'exceptions:expiresAt',
      'exceptions:owner',
      'exceptions:reason',
    ])
})

test('what is pinned keeps its value whatever is sent', () => {
  const drafted = typed('thresholds', { 'thresholds.medium': '50', 'thresholds.high': '90' }, FULL, {
    thresholds: { medium: 35 },
  })
  assert.ok(drafted.ok)
  assert.deepEqual(drafted.policy.thresholds, { medium: 35, high: 90 })
})

test('a list that was not touched survives to the letter, even what its lines cannot say', () => {
  const odd = policySchema.parse({
    feeds: [
      {
        id: 'okta',
        preset: 'okta',
        dataset: 'd',
        conditions: [{ field: 'a', op: 'in', values: ['one, two', 'three'] }],
      },
    ],
  })
  const drafted = typed(
    'feeds',
    { feeds: 'id=okta | preset=okta | dataset=other | read=on | shadow=off' },
    odd,
  )
  assert.ok(drafted.ok)
  assert.deepEqual(drafted.policy.feeds[0]?.conditions, odd.feeds[0]?.conditions)
  assert.equal(drafted.policy.feeds[0]?.dataset, 'other')
})
