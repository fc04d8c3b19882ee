import assert from 'node:assert/strict'
import { get } from 'node:http'
import { after, before, test } from 'node:test'
import { emptyAnswers } from './canned-answers.ts'
import { type CannedWorld, openCannedWorld } from './canned-world.ts'

let world: CannedWorld
before(async () => {
  world = await openCannedWorld(emptyAnswers())
})
after(() => world.close())

/** The path goes out as it is: fetch would tidy `..` away before anybody could refuse it. */
function statusOf(path: string): Promise<number | undefined> {
  const { port } = new URL(world.url)
  return new Promise((settle, fail) => {
    const asked = get({ host: '127.0.0.1', port, path }, (response) => {
      response.resume()
      settle(response.statusCode)
    })
    asked.on('error', fail)
  })
}

test('the page comes with a policy that allows no script but its own files', async () => {
  const response = await fetch(`${world.url}/?anything`)
  assert.equal(response.status, 200)
  const policy = response.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'self'/)
  assert.doesNotMatch(policy, /unsafe|\*|https?:/)
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.doesNotMatch(await response.text(), /<script(?![^>]*\ssrc=)|\son\w+=|style=|https?:\/\//)
})

test('TypeScript is served as JavaScript, with its types taken out', async () => {
  const response = await fetch(`${world.url}/assets/json.ts`)
  assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8')
  const source = await response.text()
  assert.match(source, /export function fields\(value\s*\)/)
  assert.doesNotMatch(source, /: unknown|readonly /)
})

test('nothing outside the folder of assets can be asked for', async () => {
  for (const path of ['../serve.ts', '..%2fserve.ts', '%2e%2e/serve.ts', 'serve.ts', '', 'constructor']) {
    assert.equal(await statusOf(`/assets/${path}`), 404, path)
  }
})

test('the page answers reads only', async () => {
  const posted = await fetch(world.url, { method: 'POST', body: 'x' })
  assert.equal(posted.status, 405)
  const head = await fetch(world.url, { method: 'HEAD' })
  assert.equal(head.status, 200)
  assert.equal(await head.text(), '')
})
