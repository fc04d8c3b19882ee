import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signWebhook, verifyWebhook, webhookSecretFault } from '../../src/domain/webhook-signature.ts'

// The worked example that the Standard Webhooks libraries test themselves with.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const SECONDS = 1_614_265_330
const BODY = '{"test": 2432232314}'
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

function verify(change: {
  id?: string
  timestamp?: string
  signature?: string
  body?: string
  secret?: string
  nowMs?: number
}): unknown {
  return verifyWebhook({
    secret: change.secret ?? SECRET,
    headers: {
      id: change.id ?? ID,
      timestamp: change.timestamp ?? String(SECONDS),
      signature: change.signature ?? SIGNATURE,
    },
    body: change.body ?? BODY,
    nowMs: change.nowMs ?? SECONDS * 1_000,
  })
}

test('signs the reference example of the standard', () => {
  assert.deepEqual(signWebhook({ secret: SECRET, id: ID, timestampSeconds: SECONDS, body: BODY }), {
    'webhook-id': ID,
    'webhook-timestamp': String(SECONDS),
    'webhook-signature': SIGNATURE,
  })
})

test('accepts the reference example, alone and among other signatures', () => {
  assert.equal(verify({}), 'valid')
  assert.equal(verify({ signature: `v1,AAAA v2,${'B'.repeat(44)} ${SIGNATURE}` }), 'valid')
})

test('refuses a changed body, id, time or key', () => {
  const refused = { invalid: 'no signature matches' }
  assert.deepEqual(verify({ body: '{"test":2432232314}' }), refused)
  assert.deepEqual(verify({ id: 'msg_other' }), refused)
  assert.deepEqual(verify({ timestamp: String(SECONDS + 1) }), refused)
  assert.deepEqual(verify({ secret: `whsec_${'A'.repeat(32)}` }), refused)
})

test('refuses signatures of another version, broken ones and none at all', () => {
  const refused = { invalid: 'no signature matches' }
  assert.deepEqual(verify({ signature: SIGNATURE.replace('v1', 'v2') }), refused)
  assert.deepEqual(verify({ signature: SIGNATURE.slice(0, -3) }), refused)
  assert.deepEqual(verify({ signature: `${SIGNATURE}!` }), refused)
  assert.deepEqual(verify({ signature: '' }), refused)
  assert.deepEqual(verify({ signature: `${'v1,AAAA '.repeat(50)}${SIGNATURE}` }), refused)
})

test('refuses a delivery from more than five minutes ago or ahead', () => {
  assert.equal(verify({ nowMs: (SECONDS + 300) * 1_000 }), 'valid')
  assert.equal(verify({ nowMs: (SECONDS - 300) * 1_000 }), 'valid')
  assert.deepEqual(verify({ nowMs: (SECONDS + 301) * 1_000 }), { invalid: 'webhook-timestamp is too old' })
  assert.deepEqual(verify({ nowMs: (SECONDS - 301) * 1_000 }), {
    invalid: 'webhook-timestamp is in the future',
  })
})

test('refuses a delivery without id or with a timestamp that is no number', () => {
  assert.deepEqual(verify({ id: '' }), { invalid: 'webhook-id is missing' })
  for (const timestamp of ['', 'now', '1e9', '-5', '9'.repeat(20)])
    assert.deepEqual(verify({ timestamp }), { invalid: 'webhook-timestamp is not a number of seconds' })
})

test('says what is wrong with a secret', () => {
  assert.equal(webhookSecretFault(SECRET), null)
  assert.equal(webhookSecretFault(`whsec_${Buffer.alloc(64).toString('base64')}`), null)
  assert.equal(webhookSecretFault('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), 'must start with whsec_')
  assert.equal(webhookSecretFault('whsec_not base64'), 'must be base64 after whsec_')
  assert.equal(webhookSecretFault('whsec_c2hvcnQ='), 'must hold 24 to 64 bytes, and holds 5')
  assert.equal(webhookSecretFault('whsec_'), 'must hold 24 to 64 bytes, and holds 0')
  assert.equal(
    webhookSecretFault(`whsec_${Buffer.alloc(65).toString('base64')}`),
    'must hold 24 to 64 bytes, and holds 65',
  )
})

test('neither signs nor accepts under a faulty secret', () => {
  assert.throws(() => signWebhook({ secret: 'whsec_', id: ID, timestampSeconds: SECONDS, body: BODY }))
  assert.deepEqual(verify({ secret: 'whsec_' }), {
    invalid: 'the secret must hold 24 to 64 bytes, and holds 0',
  })
})
