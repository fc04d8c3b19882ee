import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { AxiomWithoutBatching } from '@axiomhq/js'
import { createWorld, type World, type WorldOptions } from '../../../src/sandbox/world.ts'
import { temporaryDirectory } from '../serve.ts'

async function stand(t: TestContext, options: Partial<WorldOptions> = {}): Promise<World> {
  const world = await createWorld({ dir: temporaryDirectory(t), port: 0, startApp: false, ...options })
  t.after(world.stop)
  return world
}

async function ask(url: string, headers: Record<string, string>, method = 'GET'): Promise<[number, string]> {
  const asked = request(url, { method, headers }).end()
  const [response]: IncomingMessage[] = await once(asked, 'response')
  assert.ok(response)
  return [response.statusCode ?? 0, await text(response)]
}

test('the page, the sandbox API and every upstream answer on one loopback port', async (t) => {
  const world = await stand(t)
  assert.match(world.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  const [page, html] = await ask(`${world.url}/`, {})
  assert.equal(page, 200)
  assert.match(html, /<html/i)
  const [state] = await ask(`${world.url}/sandbox/api/state`, {})
  assert.equal(state, 200)
  for (const path of ['/v2/datasets', '/openai/v1/responses', '/slack/api/auth.test', '/webhook']) {
    const [status] = await ask(`${world.url}${path}`, {}, 'POST')
    assert.notEqual(status, 404, path)
    assert.ok(status < 500, path)
  }
  const [missing, why] = await ask(`${world.url}/nothing`, {})
  assert.equal(missing, 404)
  assert.match(why, /its page is at \//)
})

test('no path is served to a foreign page or under a foreign name', async (t) => {
  const world = await stand(t)
  for (const path of ['/', '/sandbox/api/state', '/slack/api/auth.test', '/v2/datasets', '/webhook']) {
    const [byHost] = await ask(`${world.url}${path}`, { host: 'evil.example' })
    assert.equal(byHost, 403, path)
    const [byOrigin, body] = await ask(`${world.url}${path}`, { origin: 'http://evil.example' })
    assert.equal(byOrigin, 403, path)
    assert.match(body, /own page only/)
  }
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/slack/socket?ticket=x`)
  await once(socket, 'error')
})

test('the datasets hold the history once, and stay over a restart of the world', async (t) => {
  const dir = temporaryDirectory(t)
  const first = await createWorld({ dir, port: 0, startApp: false })
  const before = first.axiom.datasets()
  first.clock.advance(3_600_000)
  await first.stop()
  const second = await stand(t, { dir })
  assert.deepEqual(second.axiom.datasets(), before)
  assert.ok(before.every((one) => (one.name === 'grant-reviews' ? one.count === 0 : one.count > 500)))
  assert.equal(second.clock.offsetMs(), 3_600_000)
})

test('the environment leads the real client to the local Axiom, and a caller can override it', async (t) => {
  const env = { FEEDS: 'plain:own-log', SCORER: 'rules' }
  const world = await stand(t, { env, scale: { history: false } })
  const given = world.appEnv()
  assert.equal(given['SCORER'], 'rules')
  const client = new AxiomWithoutBatching({
    token: given['AXIOM_TOKEN'] ?? '',
    url: given['AXIOM_URL'] ?? '',
    edgeUrl: given['AXIOM_EDGE_URL'] ?? '',
  })
  const result = await client.query("['own-log'] | summarize count()", {})
  assert.deepEqual(result.tables[0]?.columns, [[0]])
})

test('a port that is taken is refused, and the directory stays usable', async (t) => {
  const world = await stand(t)
  const dir = temporaryDirectory(t)
  const port = Number(new URL(world.url).port)
  await assert.rejects(createWorld({ dir, port, startApp: false }), { code: 'EADDRINUSE' })
  await stand(t, { dir })
})
