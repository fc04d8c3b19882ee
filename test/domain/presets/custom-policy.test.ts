import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy, policySchema } from '../../../src/domain/policy.ts'
import { presetFor, presetNamed } from '../../../src/domain/presets/registry.ts'

/** Sources that a policy describes, and the feeds that name them. */

const SOURCE = {
  name: 'ledgerly',
  rules: [
    {
      kind: 'grant',
      when: [{ field: 'type', value: 'role_changed' }],
      grantee: 'user',
      role: 'role',
    },
  ],
}
const feed = (preset: string) => ({ id: 'one', preset, dataset: 'audit' })

function faultsOf(value: unknown): readonly string[] {
  const parsed = parsePolicy(value)
  return parsed.ok ? assert.fail('there is no fault') : parsed.faults
}

test('a feed may name a built-in source or one that the same policy describes', () => {
  const parsed = parsePolicy({
    customPresets: [SOURCE],
    feeds: [feed('ledgerly'), { ...feed('okta'), id: 'two' }],
  })
  const policy = parsed.ok ? parsed.policy : assert.fail(parsed.faults.join('\n'))
  const preset = presetFor(policy, 'ledgerly') ?? assert.fail('not found')
  const reading = preset.read(
    { type: 'role_changed', user: 'alice', role: 'owner' },
    { prefix: null, receivedAt: 0 },
  )
  assert.ok('observations' in reading)
  assert.equal(presetFor(policy, 'ledgerly'), preset, 'it is built once')
  assert.equal(presetFor(policy, 'okta'), presetNamed('okta'))
  assert.equal(presetFor(policy, 'nonsense'), null)
})

test('a feed of a source that nobody described is a fault that says which there are', () => {
  const [fault = ''] = faultsOf({ customPresets: [SOURCE], feeds: [feed('ledgery')] })
  assert.match(
    fault,
    /^feeds\.0\.preset: There is no preset "ledgery"; there are .*ledgerly\. .*customPresets\.$/,
  )
})

test('a described source may take neither the name of a built-in one nor that of another', () => {
  assert.deepEqual(
    faultsOf({ customPresets: [{ ...SOURCE, name: 'okta' }, SOURCE, SOURCE] }).map((fault) =>
      fault.slice(0, 70),
    ),
    [
      'customPresets.0.name: okta is the name of a built-in source; choose another.'.slice(0, 70),
      'customPresets.2.name: ledgerly is the name of another source too; choose another.'.slice(0, 70),
    ],
  )
})

test('a stored policy stays readable when a later release builds in a source of the same name', () => {
  const policy = policySchema.parse({ customPresets: [{ ...SOURCE, name: 'okta' }] })
  assert.equal(presetFor(policy, 'okta'), presetNamed('okta'))
})

test('a faulty description within a policy is told as one in a file is', () => {
  const faulty = { ...SOURCE, rules: [{ ...SOURCE.rules[0], role: 'a..b' }] }
  const [fault = ''] = faultsOf({ customPresets: [SOURCE, { ...faulty, name: 'other' }] })
  assert.match(fault, /^customPresets\.1\.rules\.0\.role: found "a\.\.b"; .*JMESPath/)
})
