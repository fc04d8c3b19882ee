import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openStore } from '../../../src/store/database.ts'
import { temporaryDirectory } from '../serve.ts'

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
const DEADLINE_MS = 60_000

interface Run {
  readonly child: ChildProcess
  readonly exit: Promise<number>
  readonly out: Promise<string>
  readonly err: Promise<string>
  /** The first line on stdout. */
  readonly line: Promise<string>
}

function run(t: TestContext, args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'sandbox', ...args], {
    cwd: temporaryDirectory(t),
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'close').then(([code]) => Number(code))
  t.after(async () => {
    child.kill('SIGTERM')
    await exit
  })
  const line = new Promise<string>((resolve) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString('utf8')))
    child.stdout.once('end', () => resolve('(the process ended without a line)'))
  })
  return { child, exit, out: text(child.stdout), err: text(child.stderr), line }
}

const wrongCalls: readonly (readonly [readonly string[], RegExp])[] = [
  [['--port', 'http'], /^--port takes a number/],
  [['--port', '70000'], /^--port takes a number/],
  [['--dance'], /^--dance is unknown/],
  [['now'], /^The sandbox takes options only/],
]
for (const [args, sentence] of wrongCalls)
  test(`sandbox ${args.join(' ')} exits 2 with one sentence`, { timeout: DEADLINE_MS }, async (t) => {
    const { exit, out, err } = run(t, args)
    assert.equal(await exit, 2)
    assert.equal(await out, '')
    const said = await err
    assert.match(said, sentence)
    assert.equal(said.trim().split('\n').length, 1)
  })

test('the sandbox says where it is once the app is connected, and stops cleanly', {
  timeout: DEADLINE_MS,
}, async (t) => {
  const dir = temporaryDirectory(t)
  const { child, exit, out, err, line } = run(t, ['--port', '0', '--headless', '--dir', dir])
  const url = /^Sandbox ready: (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(await line)?.[1]
  assert.ok(url)
  assert.equal((await fetch(url)).status, 200)
  const state = (await (await fetch(`${url}/sandbox/api/state`)).json()) as {
    app: { status: string; pid: number }
  }
  assert.equal(state.app.status, 'running')

  const second = run(t, ['--port', '0', '--dir', dir])
  assert.equal(await second.exit, 2)
  assert.match(await second.err, new RegExp(`^Another sandbox \\(process ${child.pid}\\) uses `))

  child.kill('SIGTERM')
  assert.equal(await exit, 0)
  assert.equal(await out, `Sandbox ready: ${url}\n`)
  assert.doesNotMatch(await err, /ended by itself|failed/)
  assert.throws(() => process.kill(state.app.pid, 0), { code: 'ESRCH' }, 'the app has stopped too')
  assert.ok(!existsSync(join(dir, 'world.lock')))
})

test('a port that is taken is named, where it was asked for', { timeout: DEADLINE_MS }, async (t) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const { exit, err } = run(t, ['--port', String(address.port)])
  assert.equal(await exit, 2)
  assert.match(await err, new RegExp(`^Port ${address.port} is taken`))
})

test('a database that holds live data is refused', { timeout: DEADLINE_MS }, async (t) => {
  const databaseUrl = `sqlite:${join(temporaryDirectory(t), 'live.db')}`
  const store = await openStore(databaseUrl)
  await store.records.tenants.create({ workspaceId: 'T0REAL', name: 'Real', tenantId: 't-real', at: 0 })
  await store.close()
  const { exit, err } = run(t, ['--port', '0'], { DATABASE_URL: databaseUrl })
  assert.equal(await exit, 2)
  assert.match(await err, /^DATABASE_URL holds live data/)
})

test('a reset wipes what the sandbox wrote and leaves what it did not', {
  timeout: DEADLINE_MS,
}, async (t) => {
  const dir = temporaryDirectory(t)
  for (const name of ['countersign.db-wal', 'notes.txt']) writeFileSync(join(dir, name), 'x')
  writeFileSync(join(dir, 'clock-offset'), '86400000')
  const { child, exit, line } = run(t, ['--port', '0', '--headless', '--reset', '--dir', dir])
  const url = (await line).replace('Sandbox ready: ', '').trim()
  const state = (await (await fetch(`${url}/sandbox/api/state`)).json()) as { clock: { offsetMs: number } }
  assert.equal(state.clock.offsetMs, 0)
  child.kill('SIGINT')
  assert.equal(await exit, 0)
  assert.ok(existsSync(join(dir, 'notes.txt')))
})
