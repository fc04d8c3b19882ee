import { test } from 'node:test'
import { until, withWorld } from '../support/world.ts'
test('smoke', async () => {
  const t0 = performance.now()
  await withWorld({ scale: { story: true }, say: (l) => console.log(l) }, async (w) => {
    console.log('connected', performance.now() - t0)
    await until('cards', async () => (await w.cards()).length >= 3, 30000)
    console.log('cards', performance.now() - t0)
    await until('quiet', async () => (await w.reviewEvents('review.opened')).length >= 6, 30000).catch((e) => console.log(e.message))
    console.log(performance.now() - t0)
    for (const e of await w.reviewEvents()) if (e.event !== 'poller.heartbeat') console.log(e.event, e.grantee, e.grantor, e.role, e.band, e.baseline_score, e.floor, e.scorer, e.kind)
    const cards = await w.cards()
    console.log(JSON.stringify(cards.at(-1), null, 1).slice(0, 6000))
    for (const m of await w.messages()) console.log(m.ts, m.text)
    console.log((await w.get('usage')))
  })
})
