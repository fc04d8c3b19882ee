import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createAxiom } from '../../../src/sandbox/axiom/axiom.ts'
import { createFaults } from '../../../src/sandbox/faults.ts'
import { sampleHistory } from '../../../src/sandbox/samples/history.ts'
import { appendSamples, tellStory } from '../../../src/sandbox/samples/story.ts'
import { standingClock, temporaryDisk } from '../serve.ts'
import { NOW } from './stand-ins.ts'

function stand(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const disk = temporaryDisk(t)
  const axiom = createAxiom({ disk, clock: standingClock(NOW), faults: createFaults() })
  for (const dataset of ['okta-logs', 'github-audit', 'grant-reviews']) axiom.create(dataset)
  const history = appendSamples(axiom, sampleHistory(NOW)).ingested
  const seen = { isConnected: false }
  const options = {
    disk,
    axiom,
    past: (dataset: string) => axiom.events(dataset) ?? [],
    reviewDataset: 'grant-reviews',
    now: () => NOW,
    isConnected: () => seen.isConnected,
  }
  const told = axiom
    .datasets()
    .filter((one) => one.name !== 'grant-reviews')
    .map((one) => one.name)
  const count = () => told.reduce((sum, name) => sum + (axiom.events(name)?.length ?? 0), 0) - history
  const poll = () => axiom.append('grant-reviews', [{ event: 'poller.heartbeat' }])
  return { options, seen, count, poll, tick: () => t.mock.timers.tick(1000) }
}

test('the story waits until the app is connected and has polled once', (t) => {
  const { options, seen, count, poll, tick } = stand(t)
  t.after(tellStory(options))
  seen.isConnected = true
  tick()
  assert.equal(count(), 0, 'what is there before the first poll would be history')
  poll()
  seen.isConnected = false
  tick()
  assert.equal(count(), 0)
  seen.isConnected = true
  tick()
  assert.equal(count(), 4 + 2 + 7 + 6)
})

test('the story is told once, however often the world is started', (t) => {
  const { options, seen, count, poll, tick } = stand(t)
  seen.isConnected = true
  poll()
  t.after(tellStory(options))
  tick()
  const told = count()
  assert.ok(told > 0)
  t.after(tellStory(options))
  tick()
  assert.equal(count(), told)
})
