import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oktaPreset } from '../../../src/domain/presets/okta.ts'
import { flattened, read } from './labelled-events.ts'
import { provePreset } from './proof.ts'

/** One event as Okta writes it, and as Elastic's integration stores it, with the original left out. */
const NATIVE = {
  uuid: 'c1d2e3f4-0000-4a4a-9b9b-112233445566',
  published: '2026-08-28T16:24:11.960Z',
  eventType: 'user.account.privilege.grant',
  outcome: { result: 'SUCCESS' },
  actor: { id: '00uBOB', type: 'User', alternateId: 'bob@northwind.example', displayName: 'Bob' },
  client: {
    ipAddress: '198.51.100.7',
    userAgent: { rawUserAgent: 'Mozilla/5.0 (X11; Linux x86_64)' },
    geographicalContext: { country: 'Germany' },
  },
  target: [{ id: '00uALICE', type: 'User', alternateId: 'alice@northwind.example', displayName: 'Alice' }],
  debugContext: {
    debugData: {
      privilegeGranted: 'Super administrator, Read only admin',
      requestId: 'req-7',
      requestUri: '/api/internal/administrators/00uALICE',
    },
  },
  authenticationContext: { externalSessionId: '102bob' },
  securityContext: { asNumber: 64_500 },
}

const KEPT = {
  '@timestamp': NATIVE.published,
  event: { action: NATIVE.eventType, id: NATIVE.uuid, kind: 'event', outcome: 'success' },
  client: { geo: { country_name: 'Germany' }, ip: '198.51.100.7', user: { id: '00uBOB' } },
  user: { target: { id: '00uALICE', full_name: 'Alice' } },
}
const OKTA = {
  uuid: NATIVE.uuid,
  event_type: NATIVE.eventType,
  outcome: { result: 'SUCCESS' },
  actor: { id: '00uBOB', type: 'User', alternate_id: 'bob@northwind.example', display_name: 'Bob' },
  client: { ip: '198.51.100.7', user_agent: { raw_user_agent: 'Mozilla/5.0 (X11; Linux x86_64)' } },
  target: [{ id: '00uALICE', type: 'User', alternate_id: 'alice@northwind.example', display_name: 'Alice' }],
  authentication_context: { external_session_id: '102bob' },
  security_context: { as: { number: 64_500 } },
}
const DEBUG = { request_id: 'req-7', request_uri: '/api/internal/administrators/00uALICE' }
const GRANTED = { privilegeGranted: 'Super administrator, Read only admin' }
const withDebug = (debug_data: Record<string, unknown>) => ({
  ...KEPT,
  okta: { ...OKTA, debug_context: { debug_data } },
})

test('an event in Elastic’s form is the event that Okta wrote', () => {
  const wanted = read(oktaPreset, NATIVE)
  assert.ok('observations' in wanted)
  for (const stored of [withDebug({ ...DEBUG, flattened: GRANTED }), withDebug({ ...DEBUG, ...GRANTED })])
    for (const [form, event, prefix] of [
      ['nested', stored, null],
      ['flattened', flattened(stored), null],
      ['behind a prefix', { logs: stored }, 'logs'],
      ['as text', { message: JSON.stringify(stored) }, null],
    ] as const)
      assert.deepEqual(read(oktaPreset, event, prefix), wanted, form)
})

test('a failed call in Elastic’s form is no grant', () => {
  const failed = { ...withDebug(DEBUG), okta: { ...OKTA, outcome: { result: 'FAILURE' } } }
  assert.deepEqual(read(oktaPreset, failed), { skipped: 'call failed' })
})

provePreset(oktaPreset, [withDebug({ ...DEBUG, flattened: GRANTED })])
