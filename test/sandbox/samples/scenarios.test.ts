import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type SampleEvent, sampleHistory } from '../../../src/sandbox/samples/history.ts'
import { removalFor } from '../../../src/sandbox/samples/removal.ts'
import { findScenario, SCENARIOS, STORY } from '../../../src/sandbox/samples/scenarios.ts'
import { githubStanding, oktaStanding, type Past } from '../../../src/sandbox/samples/standing.ts'
import { oktaParts } from './okta-parts.ts'
import { inBerlin, timeOf } from './when.ts'

const NOW = Date.parse('2026-11-24T13:00:00Z')

function pastOf(...lists: readonly (readonly SampleEvent[])[]): Past {
  return (dataset) => lists.flat().flatMap((one) => (one.dataset === dataset ? [one.event] : []))
}

function inject(id: string, nowMs: number, past?: Past): readonly SampleEvent[] {
  const scenario = findScenario(id)
  assert.ok(scenario, id)
  return scenario.events(nowMs, past)
}

const typeOf = ({ event }: SampleEvent) => String(event['eventType'] ?? event['action'])
describe('scenarios', () => {
  const moments = {
    'on a workday afternoon': '2026-11-24T13:00:00Z',
    'in the middle of the night': '2026-11-24T01:00:00Z',
    'on a Sunday': '2026-11-22T15:00:00Z',
    'on the day the clocks go back': '2026-10-25T12:00:00Z',
    'on the day the clocks go forward': '2026-03-29T09:00:00Z',
  }
  for (const [when, text] of Object.entries(moments))
    test(`the same moment gives the same events, all of them past, ${when}`, () => {
      const nowMs = Date.parse(text)
      for (const scenario of SCENARIOS) {
        const events = scenario.events(nowMs)
        assert.deepEqual(scenario.events(nowMs), events)
        assert.ok(events.length > 0, scenario.id)
        for (const one of events) assert.ok(timeOf(one.event) <= nowMs, `${scenario.id} lies in the future`)
      }
    })

  test('the story names scenarios that exist', () => {
    for (const id of STORY) assert.ok(findScenario(id), id)
  })

  for (const [when, text] of Object.entries(moments))
    test(`routine grants are given in working hours, to people without the role, ${when}`, () => {
      const nowMs = Date.parse(text)
      const past = pastOf(sampleHistory(nowMs))
      const events = inject('routine', nowMs, past)
      assert.deepEqual(events.map(typeOf), [
        'user.account.privilege.grant',
        'user.account.privilege.grant',
        'repo.add_member',
        'team.promote_maintainer',
      ])
      for (const { dataset, event } of events) {
        const at = timeOf(event)
        const { hour, isWeekend } = inBerlin(at)
        assert.ok(!isWeekend && hour >= 9 && hour <= 17)
        if (dataset === 'okta-logs') {
          const { grantee = '', granted, actor } = oktaParts(event)
          assert.equal(actor, 'sofia@northwind.example')
          const before = oktaStanding(past, grantee)
          assert.equal(granted.length, (before?.roles.length ?? 0) + 1)
          assert.ok(
            before !== undefined && before.at < at,
            'the grantee is known and the snapshot is the latest',
          )
          assert.ok(!granted.some((role) => /super|organization/i.test(role)))
        } else {
          const had = past(dataset).some(
            (one) => one['user'] === event['user'] && one['action'] === event['action'],
          )
          assert.ok(had, 'the grantee has had this duty before')
          assert.equal(event['actor'], 'priya-raman')
        }
      }
    })

  test('a second click on routine hands the duties to other people', () => {
    const history = sampleHistory(NOW)
    const first = inject('routine', NOW, pastOf(history))
    const second = inject('routine', NOW + 1000, pastOf(history, first))
    const turnOf = (one: SampleEvent) =>
      one.dataset === 'okta-logs'
        ? `${oktaParts(one.event).grantee} ${oktaParts(one.event).granted.at(-1)}`
        : `${one.event['user']} ${typeOf(one)}`
    assert.equal(new Set([...first, ...second].map(turnOf)).size, first.length + second.length)
  })

  test('Jonas makes himself Super administrator at 03:12 and keeps what he had', () => {
    const [, grant] = inject('self-grant-at-night', NOW)
    assert.equal(grant?.event['published'], '2026-11-24T02:12:00.000Z')
    assert.equal(oktaParts(grant?.event).actor, 'jonas@northwind.example')
    assert.equal(oktaParts(grant?.event).grantee, 'jonas@northwind.example')
    const roles = oktaParts(grant?.event).granted
    assert.equal(roles.length, 3)
    assert.equal(roles.at(-1), 'Super administrator')
  })

  test('the takeover follows the order of the advisory and ends with a fresh account on top', () => {
    const events = inject('takeover-chain', NOW)
    assert.deepEqual(events.map(typeOf), [
      'user.mfa.factor.reset_all',
      'user.session.start',
      'user.session.impersonation.grant',
      'system.idp.lifecycle.create',
      'user.lifecycle.create',
      'user.account.privilege.grant',
      'user.account.privilege.grant',
    ])
    const times = events.map(({ event }) => timeOf(event))
    assert.deepEqual(
      times.toSorted((a, b) => a - b),
      times,
    )
    const again = inject('takeover-chain', NOW + 1)
    assert.notEqual(
      oktaParts(again.at(-1)?.event).grantee,
      oktaParts(events.at(-1)?.event).grantee,
      'each takeover has its own account',
    )
  })

  test('an outside collaborator is announced as one and made admin of a repository', () => {
    const events = inject('github-outside-collaborator', NOW)
    assert.deepEqual(events.map(typeOf), ['org.add_outside_collaborator', 'repo.add_member'])
    for (const { event } of events) {
      assert.equal(event['user'], 'gus-partner')
      assert.equal(event['permission'], 'admin')
      assert.equal(event['repo'], 'northwind/payments')
    }
  })

  test('a burst is six grants by one grantor within ten minutes', () => {
    const events = inject('burst', NOW)
    assert.equal(events.length, 6)
    assert.deepEqual([...new Set(events.map(({ event }) => event['actor']))], ['priya-raman'])
    assert.ok(new Set(events.map(({ event }) => event['user'])).size > 2)
    const times = events.map(({ event }) => timeOf(event))
    assert.ok(Math.max(...times) - Math.min(...times) < 10 * 60_000)
  })
})

describe('removal at the source', () => {
  const history = sampleHistory(NOW)

  test('takes the role that was just given and leaves the rest, by Sofia', () => {
    const past = pastOf(history, inject('self-grant-at-night', NOW))
    const [removal, ...more] = removalFor({ grantee: 'jonas@northwind.example', nowMs: NOW, past })
    assert.deepEqual(more, [])
    assert.equal(removal?.event['eventType'], 'user.account.privilege.grant')
    assert.equal(oktaParts(removal?.event).actor, 'sofia@northwind.example')
    assert.equal(
      oktaParts(removal?.event).granted.join(', '),
      'Application administrator (all), Group administrator (all)',
    )
  })

  test('is a revoke event where nothing is left, by Jonas where Sofia was the grantor', () => {
    const chain = inject('takeover-chain', NOW)
    const grantee = oktaParts(chain.at(-1)?.event).grantee ?? ''
    const [removal] = removalFor({ grantee, nowMs: NOW, past: pastOf(history, chain) })
    assert.equal(removal?.event['eventType'], 'user.account.privilege.revoke')
    assert.equal(oktaParts(removal?.event).actor, 'jonas@northwind.example')
    assert.equal(oktaParts(removal?.event).revoked, 'Super administrator, Application administrator (all)')
    assert.deepEqual(
      removal?.event['target'],
      chain.at(-1)?.event['target'],
      'the same account, by id and name',
    )
  })

  test('takes only the role that is named', () => {
    const chain = inject('takeover-chain', NOW)
    const grantee = oktaParts(chain.at(-1)?.event).grantee ?? ''
    const [removal] = removalFor({ grantee, role: 'super', nowMs: NOW, past: pastOf(history, chain) })
    assert.equal(oktaParts(removal?.event).granted.join(', '), 'Application administrator (all)')
    assert.deepEqual(removalFor({ grantee, role: 'nope', nowMs: NOW, past: pastOf(history, chain) }), [])
  })

  test('undoes on GitHub what a login was given, once', () => {
    const grants = inject('burst', NOW)
    const past = pastOf(history, grants)
    const removals = removalFor({ grantee: 'zoe-papadakis', nowMs: NOW, past })
    assert.deepEqual(removals.map(typeOf).toSorted(), ['org.update_member', 'repo.remove_member'])
    for (const { event } of removals) assert.equal(event['actor'], 'priya-raman')
    assert.deepEqual(githubStanding(pastOf(history, grants, removals), 'zoe-papadakis'), [])
  })

  test('is empty for somebody who holds nothing', () => {
    assert.deepEqual(
      removalFor({ grantee: 'nobody@northwind.example', nowMs: NOW, past: pastOf(history) }),
      [],
    )
  })
})
