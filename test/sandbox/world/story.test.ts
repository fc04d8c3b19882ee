import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createAxiom, type LocalAxiom, type QueryRecord } from '../../../src/sandbox/axiom/axiom.ts'
import { createFaults } from '../../../src/sandbox/faults.ts'
import { sampleHistory } from '../../../src/sandbox/samples/history.ts'
import { appendSamples, tellStory } from '../../../src/sandbox/samples/story.ts'
import { standingClock, temporaryDisk } from '../serve.ts'
import { NOW } from './stand-ins.ts'

function stand(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const disk = temporaryDisk(t)
  const real = createAxiom({ disk, clock: standingClock(NOW), faults: createFaults() })
  for (const dataset of ['okta-logs', 'github-audit']) real.create(dataset)
  const history = appendSamples(real, sampleHistory(NOW)).ingested
  const queries: QueryRecord[] = []
  const axiom: LocalAxiom = { ...real, usage: () => ({ queries }) }
  const seen = { isConnected: false }
  const options = {
    disk,
    axiom,
    past: (dataset: string) => real.events(dataset) ?? [],
    datasets: ['okta-logs', 'github-audit'],
    now: () => NOW,
    isConnected: () => seen.isConnected,
  }
  const count = () => real.datasets().reduce((sum, one) => sum + one.count, 0) - history
  const poll = (dataset: string, at: number) => queries.push({ dataset, apl: '', at })
  return { options, seen, count, poll, tick: () => t.mock.timers.tick(1000) }
}

test('the story waits until the app is connected and has polled every dataset twice', (t) => {
  const { options, seen, count, poll, tick } = stand(t)
  t.after(tellStory(options))
  for (const dataset of options.datasets) poll(dataset, NOW)
  poll('okta-logs', NOW + 2000)
  tick()
  assert.equal(count(), 0)
  seen.isConnected = true
  tick()
  assert.equal(count(), 0, 'one dataset has been polled once only')
  poll('github-audit', NOW + 2000)
  tick()
  assert.equal(count(), 4 + 2 + 7 + 6)
})

test('the story is told once, however often the world is started', (t) => {
  const { options, seen, count, poll, tick } = stand(t)
  seen.isConnected = true
  for (const dataset of options.datasets) for (const at of [NOW, NOW + 2000]) poll(dataset, at)
  t.after(tellStory(options))
  tick()
  const told = count()
  assert.ok(told > 0)
  t.after(tellStory(options))
  tick()
  assert.equal(count(), told)
})
