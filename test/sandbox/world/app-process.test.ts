import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type AppProcess, createAppProcess } from '../../../src/sandbox/app-process.ts'
import { temporaryDirectory } from '../serve.ts'

interface Stand {
  readonly app: AppProcess
  /** Resolves with the first line that matches, said before or after the call. */
  line(pattern: RegExp): Promise<string>
}

function stand(t: TestContext, script: string): Stand {
  const directory = temporaryDirectory(t)
  const entry = join(directory, 'app.mjs')
  writeFileSync(entry, script)
  const lines: string[] = []
  const waiting: { pattern: RegExp; resolve(line: string): void }[] = []
  const app = createAppProcess({
    entry,
    directory,
    environment: () => ({ GREETING: 'hello' }),
    say(line) {
      lines.push(line)
      for (const one of waiting) if (one.pattern.test(line)) one.resolve(line)
    },
  })
  t.after(app.kill)
  return {
    app,
    line(pattern) {
      const said = lines.find((one) => pattern.test(one))
      if (said !== undefined) return Promise.resolve(said)
      return new Promise((resolve) => waiting.push({ pattern, resolve }))
    },
  }
}

const STAYS = `
process.on('SIGTERM', () => { console.log('tidied up'); process.exit(0) })
process.stderr.write(process.argv[2] + ' ' + JSON.stringify(process.env) + '\\n')
setInterval(() => {}, 1000)
`

test('the app starts with nothing but its own environment, and its output is passed on', async (t) => {
  const { app, line } = stand(t, STAYS)
  await app.start()
  assert.equal(app.status().status, 'starting')
  assert.equal(await line(/start/), 'app | start {"GREETING":"hello"}')
  app.noteConnected()
  const { status, pid } = app.status()
  assert.equal(status, 'running')
  await app.start()
  assert.equal(app.status().pid, pid, 'a second start changes nothing')
})

test('stop lets the app tidy up, kill does not, and both leave it startable', async (t) => {
  const { app, line } = stand(t, STAYS)
  await app.start()
  await line(/start/)
  await app.stop()
  await line(/tidied up/)
  assert.deepEqual(app.status(), { status: 'stopped', pid: null })
  await app.start()
  await app.kill()
  assert.deepEqual(app.status(), { status: 'killed', pid: null })
  await app.kill()
})

test('an app that ends by itself is reported', async (t) => {
  const { app, line } = stand(t, 'process.exit(3)')
  await app.start()
  assert.match(await line(/ended by itself/), /exit code 3/)
  assert.deepEqual(app.status(), { status: 'stopped', pid: null })
})
