import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { verifyChain } from '../../src/domain/verify-chain.ts'
import { createAppProcess } from '../../src/sandbox/app-process.ts'
import { postgresUrl, runOn } from '../support/databases.ts'
import { grantIdOn, press } from '../support/desk.ts'
import { aStranger, oktaRoles, SUPER_ADMIN } from '../support/events.ts'
import { until, withWorld } from '../support/world.ts'

const GRANTS = 12
const ENTRY = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

test('two instances on one Postgres post one card a grant, take each decision once and keep the chain whole', async (t) => {
  const url = postgresUrl
  if (url === null) {
    assert.notEqual(process.env['CI'], 'true', 'No Postgres answers: set TEST_DATABASE_URL.')
    return t.skip('no Postgres answers: set TEST_DATABASE_URL')
  }
  const schema = `flow_${randomBytes(8).toString('hex')}`
  const own = new URL(url)
  own.searchParams.set('schema', schema)
  t.after(() => runOn(url, `drop schema if exists ${schema} cascade`))
  await withWorld({ env: { DATABASE_URL: own.href } }, async (world) => {
    const said: string[] = []
    const second = createAppProcess({
      entry: ENTRY,
      directory: process.cwd(),
      environment: () => world.world.appEnv(),
      say: (line) => void said.push(line),
    })
    await second.start()
    try {
      await until('two connections', () => world.world.slack.state().app.connections >= 2)
      const grantees = Array.from({ length: GRANTS }, () => aStranger())
      for (const grantee of grantees)
        await world.inject('okta-logs', [oktaRoles({ grantee, grantor: aStranger(), roles: [SUPER_ADMIN] })])
      await until('a card for every grant', async () => (await world.cards()).length >= GRANTS)
      const cards = await world.cards()
      await Promise.all(
        cards.flatMap((card) =>
          (['U0MAYA', 'U0DEV'] as const).map((user) => press(world, user, card, 'approve')),
        ),
      )
      const approved = await until('every decision in the review dataset', async () => {
        const events = await world.reviewEvents('review.approved')
        return new Set(events.map((event) => event['grant_id'])).size >= GRANTS ? events : null
      })
      const decisions = new Map(approved.map((event) => [event['event_id'], event['grant_id']]))
      assert.equal(decisions.size, GRANTS)
      const live = (await world.cards()).map(grantIdOn)
      assert.equal(live.length, GRANTS)
      assert.equal(new Set(live).size, GRANTS)
      const report = await verifyChain(await world.reviewEvents(), { chainKey: null, anchors: [] })
      assert.equal(report.faultCount, 0, JSON.stringify(report.faults))
    } catch (error) {
      process.stderr.write(`${said.slice(-30).join('\n')}\n`)
      throw error
    } finally {
      await second.stop()
    }
  })
})
