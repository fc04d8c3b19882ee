import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  cardAbout,
  cardReads,
  grantIdOn,
  headerOf,
  openForm,
  submitReason,
  textIn,
  untilSteps,
} from '../support/desk.ts'
import { type Json, sharedWorld, until } from '../support/world.ts'

/** What a newcomer sees in the first minutes: sixty days of history, then a story of new grants. */

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
/** Counted from the first poll: how long the start itself takes is measured elsewhere, on a machine at rest. */
const FIRST_IMPRESSION_MS = 10_000

const world = sharedWorld({
  scale: { history: true, story: true, rateLimits: 1 },
  env: { SCHEDULE: '*/2 * * * * *' },
})

test('within ten seconds some grants are let through with a note and others have a card', async () => {
  await until(
    'cards and notes',
    async () => {
      const [cards, notes] = [await world().cards(), await world().reviewEvents('grant.auto_resolved')]
      return cards.length >= 3 && notes.length >= 3
    },
    FIRST_IMPRESSION_MS,
  )
  const notes = await world().reviewEvents('grant.auto_resolved')
  for (const note of notes) {
    assert.equal(note['state_after'], 'auto_resolved')
    assert.equal(note['band'], 'low')
    assert.equal(note['scorer'], 'sandbox-scoring')
    assert.ok(typeof note['grantee'] === 'string' && typeof note['baseline_score'] === 'number')
  }
  const asked = new Set((await world().cards()).map(grantIdOn))
  assert.ok(
    !notes.some((note) => asked.has(String(note['grant_id']))),
    'nobody is asked about what was let through',
  )
})

test('one notice says what the history would have asked, and no card is about history', async () => {
  const summary = await until('the summary', async () =>
    (await world().messages()).find((message) => message.text.startsWith('History is read')),
  )
  assert.match(summary.text, /Of the \d+ grants of the last 7 days I would have asked about \d+/)
  const before = (Number(summary.ts) - 86_400) * 1_000
  for (const event of await world().reviewEvents('review.opened'))
    assert.ok(Date.parse(String(event['occurred_at'])) > before - 3 * 86_400_000)
})

test('the self-grant at night is high, with its evidence above the verdict of the model', async () => {
  const card = await cardAbout(world(), 'jonas@northwind.example')
  assert.match(headerOf(card), /^G-\w{7} · High · waiting for a decision$/)
  const texts = textIn(card.blocks)
  assert.match(texts, /gave this role to themself|gave themself/i)
  const [evidence, reading] = [texts.indexOf('*Evidence*'), texts.indexOf('*Model’s reading*')]
  assert.ok(evidence >= 0 && reading > evidence, 'evidence first, the model marked as such')
})

test('the takeover chain’s grant of the highest role has a card', async () => {
  const card = await until('the card', async () =>
    (await world().cards()).find((one) => /Directory Sync was given Super administrator/.test(one.text)),
  )
  assert.match(headerOf(card), /Medium|High/)
  assert.match(textIn(card.blocks), /whole organisation \(T0\)/)
})

test('a revoke goes from the click over the webhook to what the source confirms', async () => {
  const card = await until('the card', async () =>
    (await world().cards()).find((one) => /Directory Sync was given Super administrator/.test(one.text)),
  )
  const grantId = grantIdOn(card)
  const grantee = /directory-sync-\w+@northwind\.example/.exec(textIn(card.blocks))?.[0]
  const viewId = await openForm(world(), 'U0MAYA', { card, action: 'revoke' })
  const empty = await submitReason(world(), 'U0MAYA', { viewId, reason: ' ' })
  assert.deepEqual(Object.keys(empty.sees?.errors ?? {}), ['reason'])
  assert.equal(empty.sees?.view?.id, viewId, 'the form stays open')
  await submitReason(world(), 'U0MAYA', { viewId, reason: 'Nobody asked for this account.' })
  const requested = await cardReads(world(), grantId, /Revoke requested, not yet confirmed at the source/)
  assert.doesNotMatch(textIn(requested.blocks), /Revoked, confirmed/)
  assert.match(
    textIn(requested.blocks),
    /Maya Okafor \(<@U0MAYA>\) asked for the revoke.*Nobody asked for this account/,
  )
  assert.match(textIn(requested.blocks), /Runbook[\s\S]*roles/)
  const webhook = await until('the webhook', async () =>
    (await world().webhooks()).find(
      (one) => one.body.includes('review.revoke_requested') && one.body.includes(grantId),
    ),
  )
  assert.equal(webhook.verdict, 'valid')
  await world().post('scenario', { id: 'remove-at-source', grantee, role: 'super' })
  await cardReads(world(), grantId, /Revoked, confirmed at the source/)
  const history = await untilSteps(world(), grantId, [
    'review.opened',
    'review.revoke_requested',
    'review.revoke_confirmed',
  ])
  assert.deepEqual(
    history.map((event) => [event['state_before'], event['state_after']]),
    [
      [null, 'open'],
      ['open', 'revoking'],
      ['revoking', 'revoked'],
    ],
  )
  assert.equal(history[1]?.['reason'], 'Nobody asked for this account.')
  await until('the webhook of the confirmation', async () =>
    (await world().webhooks()).some(
      (one) =>
        one.body.includes('review.revoke_confirmed') && one.body.includes(grantId) && one.verdict === 'valid',
    ),
  )
})

interface Verified {
  readonly code: number
  readonly report: {
    readonly ok: boolean
    readonly claim: string
    readonly faults: readonly { kind: string; seq: number }[]
  }
}

/** `verify` as people run it: on the dataset itself, or on exported events. */
async function verify(exported?: readonly Json[]): Promise<Verified> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, 'verify', ...(exported === undefined ? [] : ['-'])],
    { env: world().world.appEnv(), stdio: ['pipe', 'pipe', 'inherit'] },
  )
  child.stdin.end((exported ?? []).map((event) => JSON.stringify(event)).join('\n'))
  const closed = once(child, 'close')
  const report = JSON.parse(await text(child.stdout)) as Verified['report']
  const [code] = (await closed) as [number]
  return { code, report }
}

test('verify finds the chain whole, and anything that was done to it', async () => {
  const whole = await verify()
  assert.deepEqual([whole.code, whole.report.ok, whole.report.faults], [0, true, []])
  assert.match(whole.report.claim, /Nobody without the chain key can have forged them/)
  const events = (await world().reviewEvents()).filter((event) => event['seq'] !== undefined)
  assert.equal((await verify(events)).code, 0)
  const [victim, neighbour] = events.slice(3) as [Json, Json]
  const seq = Number(victim['seq'])
  const changed = (change: (event: Json) => readonly Json[]) => events.flatMap(change)
  const edited = await verify(
    changed((event) => [event === victim ? { ...event, reason: 'All in order.' } : event]),
  )
  assert.deepEqual(
    [edited.code, edited.report.faults[0]?.kind, edited.report.faults[0]?.seq],
    [1, 'altered', seq],
  )
  const deleted = await verify(changed((event) => (event === victim ? [] : [event])))
  assert.equal(deleted.code, 1)
  assert.ok(deleted.report.faults.some((fault) => fault.kind === 'missing'))
  const swapped = await verify(
    changed((event) => {
      if (event === victim) return [{ ...event, seq: neighbour['seq'] }]
      return [event === neighbour ? { ...event, seq: victim['seq'] } : event]
    }),
  )
  assert.equal(swapped.code, 1)
  assert.ok(swapped.report.faults.length > 0)
  assert.match(swapped.report.claim, /The chain is broken/)
})
