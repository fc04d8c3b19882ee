import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleHistory } from '../../../src/sandbox/samples/history.ts'
import { localDayOf } from '../../../src/sandbox/samples/local-time.ts'
import { oktaParts } from './okta-parts.ts'
import { inBerlin, timeOf } from './when.ts'

const NOW = Date.parse('2026-11-24T13:00:00Z')
const DAY_MS = 24 * 60 * 60 * 1000
const history = sampleHistory(NOW)

const PRIVILEGED =
  /^(user\.account\.privilege\.|group\.privilege\.|organization_role\.|org\.(add|update|remove)_member|repo\.(add|remove)_member|team\.(promote|demote)_maintainer|team\.(add|remove)_repository)/

const typeOf = (event: Readonly<Record<string, unknown>>) => String(event['eventType'] ?? event['action'])
const changes = history.filter((one) => PRIVILEGED.test(typeOf(one.event)))

test('the same moment gives the same history, another day another one', () => {
  assert.deepEqual(sampleHistory(NOW), history)
  assert.notDeepEqual(sampleHistory(NOW + DAY_MS), history)
})

test('the history is some sixty days long, in order, and over before today', () => {
  const times = history.map((one) => timeOf(one.event))
  assert.deepEqual(
    times.toSorted((a, b) => a - b),
    times,
  )
  assert.ok((times[0] ?? 0) > NOW - 62 * DAY_MS && (times[0] ?? 0) < NOW - 58 * DAY_MS)
  assert.ok((times.at(-1) ?? NOW) < localDayOf(NOW))
})

test('it holds 250 to 400 privileged changes among many events that are none', () => {
  assert.ok(changes.length >= 250 && changes.length <= 400, String(changes.length))
  assert.ok(history.length > 5 * changes.length)
})

test('nearly all changes fall on workdays between 8 and 18 in Berlin', () => {
  const usual = changes.filter((one) => {
    const { hour, isWeekend } = inBerlin(timeOf(one.event))
    return !isWeekend && hour >= 8 && hour < 18
  })
  assert.ok(usual.length / changes.length > 0.93 && usual.length < changes.length)
})

test('every Okta snapshot differs from the one before it by a single role', () => {
  const held = new Map<string, readonly string[]>()
  let snapshots = 0
  for (const { event } of changes) {
    const type = typeOf(event)
    if (!type.startsWith('user.account.privilege.')) continue
    const { grantee = '', granted: roles, revoked } = oktaParts(event)
    const before = held.get(grantee) ?? []
    const changed = [
      ...roles.filter((role) => !before.includes(role)),
      ...before.filter((role) => !roles.includes(role)),
    ]
    assert.equal(changed.length, 1, `${grantee}: ${before} -> ${roles}`)
    assert.equal(type.endsWith('.revoke'), roles.length === 0)
    if (roles.length === 0) assert.equal(revoked, before.join(', '))
    held.set(grantee, roles)
    snapshots += 1
  }
  assert.ok(snapshots > 150)
})

test('every event has an id of its own and the fields of its source', () => {
  const ids = new Set<unknown>()
  for (const { dataset, event } of history) {
    ids.add(event['uuid'] ?? event['_document_id'])
    const needed =
      dataset === 'okta-logs'
        ? [
            'uuid',
            'published',
            'eventType',
            'actor',
            'client',
            'outcome',
            'target',
            'debugContext',
            'securityContext',
          ]
        : ['_document_id', '@timestamp', 'created_at', 'action', 'actor', 'org']
    for (const field of ['_time', ...needed])
      assert.ok(event[field] !== undefined, `${typeOf(event)} lacks ${field}`)
    const own = dataset === 'okta-logs' ? Date.parse(String(event['published'])) : event['created_at']
    assert.equal(own, timeOf(event))
  }
  assert.equal(ids.size, history.length)
})
