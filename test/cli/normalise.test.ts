import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { runNormalise } from '../../src/cli/normalise.ts'

interface Answer {
  readonly line: number
  readonly skipped?: string
  readonly grants?: readonly Record<string, unknown>[]
}

async function run(args: readonly string[], input: string | readonly Buffer[] = '') {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const stdin = Readable.from(typeof input === 'string' ? [input] : input)
  const written = Promise.all([text(stdout), text(stderr)])
  const code = await runNormalise(args, { stdin, stdout, stderr })
  stdout.end()
  stderr.end()
  const [out, err] = await written
  const answers = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer)
  return { code, answers, err }
}

const ndjson = (...events: readonly unknown[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('')

const PLAIN = {
  id: 'e-1',
  time: '2026-03-01T00:00:00Z',
  kind: 'grant',
  grantee: 'alice@northwind.example',
  grantor: 'bob@northwind.example',
  role: 'admin',
}
const okta = (minute: number, privileges: string) => ({
  uuid: `u-${minute}`,
  published: `2026-03-01T00:${String(minute).padStart(2, '0')}:00Z`,
  eventType: 'user.account.privilege.grant',
  actor: { id: 'b', type: 'User', alternateId: 'bob@northwind.example' },
  target: [{ id: 'a', type: 'User', alternateId: 'alice@northwind.example' }],
  outcome: { result: 'SUCCESS' },
  debugContext: { debugData: { privilegeGranted: privileges } },
})

test('each event becomes one line with exactly the fields that are promised', async () => {
  const { code, answers } = await run(['--preset', 'plain'], ndjson(PLAIN))
  assert.equal(code, 0)
  const grant = answers[0]?.grants?.[0]
  assert.match(String(grant?.['grantKey']), /^[0-9a-f]{32}$/)
  const party = (id: string) => ({ id, email: id, name: null, type: 'unknown' })
  assert.deepEqual(answers, [
    {
      line: 1,
      grants: [
        {
          kind: 'grant',
          grantKey: grant?.['grantKey'],
          occurredAt: '2026-03-01T00:00:00.000Z',
          grantee: party('alice@northwind.example'),
          grantor: party('bob@northwind.example'),
          role: { id: 'admin', name: 'admin' },
          scope: '*',
          tier: 'T2',
          outcome: 'success',
        },
      ],
    },
  ])
})

test('what is no JSON, too long or not understood is skipped under its line number', async () => {
  const input = `not json\n\n${ndjson({ kind: 'grant' })}${'x'.repeat(2_100_000)}\n${JSON.stringify(PLAIN)}`
  const { answers } = await run(['--preset', 'plain', '-'], input)
  assert.deepEqual(
    answers.map(({ line, skipped }) => [line, skipped]),
    [
      [1, 'not JSON'],
      [3, 'bad field: id'],
      [4, 'line too long'],
      [5, undefined],
    ],
  )
})

test('the summary on stderr counts grants, removals and reasons for skipping', async () => {
  const removal = { ...PLAIN, id: 'e-2', kind: 'removal' }
  const { err } = await run(['--preset', 'plain'], ndjson(PLAIN, PLAIN, removal, { kind: 'gift' }))
  assert.match(err, /^4 events read as Plain events: 1 grants, 1 removals, 0 context, 1 repeats/)
  assert.match(err, /skipped 1: bad field: id/)
})

test('snapshots are diffed within the input, and the first is marked as first seen', async () => {
  const input = ndjson(
    okta(1, 'Mobile administrator'),
    okta(5, 'Mobile administrator, Super administrator'),
    okta(9, 'Super administrator'),
  )
  const { answers } = await run(['--preset', 'okta'], input)
  assert.deepEqual(
    answers.map(({ grants }) =>
      grants?.map((grant) => [grant['kind'], (grant['role'] as { id: string }).id, grant['firstSeen']]),
    ),
    [
      [['grant', 'mobile-administrator', true]],
      [['grant', 'super-administrator', undefined]],
      [['removal', 'mobile-administrator', undefined]],
    ],
  )
})

test('a late snapshot names the grant that it explains by the key it has', async () => {
  const input = ndjson(
    okta(1, 'Mobile administrator'),
    okta(9, 'Mobile administrator, Super administrator'),
    okta(5, 'Mobile administrator, Super administrator'),
  )
  const { answers } = await run(['--preset', 'okta'], input)
  const [, concluded, late] = answers.map(({ grants }) => grants?.[0])
  assert.equal(late?.['grantKey'], concluded?.['grantKey'])
  assert.equal(late?.['occurredAt'], '2026-03-01T00:05:00.000Z')
})

test('a companion record repeats the key of the grant it was merged into', async () => {
  const change = (uuid: string, minute: number) => ({
    ...okta(minute, ''),
    uuid,
    target: [
      { id: 'a', type: 'User' },
      { id: 'ROLE_ASSIGNED', type: 'ROLE_ASSIGNED' },
      { id: 'SuperAdmin', type: 'ROLE', displayName: 'Super Administrator' },
    ],
  })
  const { answers } = await run(['--preset', 'okta'], ndjson(change('u', 1), change('v', 2), change('w', 30)))
  const keys = answers.map(({ grants }) => grants?.[0]?.['grantKey'])
  assert.equal(keys[0], keys[1])
  assert.notEqual(keys[0], keys[2])
})

test('an event without a time keeps its place in the input and says that its time is not known', async () => {
  const event = { action: 'business.add_admin', actor: 'bob', user: 'alice', business: 'acme' }
  const { answers } = await run(['--preset', 'github'], ndjson(event))
  assert.equal(answers[0]?.grants?.[0]?.['kind'], 'grant')
  assert.equal(answers[0]?.grants?.[0]?.['occurredAt'], null)
})

test('a character that is split between two chunks is put together again', async () => {
  const bytes = Buffer.from(ndjson({ ...PLAIN, role: 'rôle \u{1f511}' }))
  const { answers } = await run(
    ['--preset', 'plain'],
    [...bytes].map((byte) => Buffer.from([byte])),
  )
  assert.deepEqual(answers[0]?.grants?.[0]?.['role'], { id: 'rôle \u{1f511}', name: 'rôle \u{1f511}' })
})

test('events are read from a file', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'normalise-'))
  context.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'events.ndjson')
  await writeFile(file, `\ufeff${ndjson(PLAIN, { ...PLAIN, id: 'e-2' })}`)
  const { code, answers } = await run(['--preset', 'plain', file])
  assert.equal(code, 0)
  assert.equal(answers.length, 2)
  assert.equal((await run(['--preset', 'plain', folder])).code, 2)
})

const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /^Name the preset/],
  [['--preset', 'nonsense'], /^There is no preset "nonsense"/],
  [['--preset', './mine.json'], /^\.\/mine\.json cannot be read; check the path/],
  [['--preset'], /^--preset is unknown or lacks its value/],
  [['--colour', 'okta'], /^--colour is unknown/],
  [['--preset', 'okta', '/nowhere/events.ndjson'], /^\/nowhere\/events.ndjson cannot be read/],
  [['--preset', 'okta', 'a', 'b'], /^Name one file/],
]
for (const [args, sentence] of WRONG)
  test(`the call "${args.join(' ')}" exits with 2 and one sentence`, async () => {
    const { code, answers, err } = await run(args)
    assert.equal(code, 2)
    assert.deepEqual(answers, [])
    assert.match(err, sentence)
    assert.equal(err.trim().split('\n').length, 1)
  })

test('a reader that goes away ends the run quietly', async () => {
  const main = new URL('../../src/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    main,
    'normalise',
    '--preset',
    'plain',
  ])
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  const errors = text(child.stderr)
  child.stdin.on('error', (error: NodeJS.ErrnoException) => assert.equal(error.code, 'EPIPE'))
  child.stdout.once('data', () => child.stdout.destroy())
  for (let count = 0; count < 20_000; count += 1) child.stdin.write(ndjson({ ...PLAIN, id: `e-${count}` }))
  child.stdin.end()
  assert.equal(await ended, 0)
  assert.equal(await errors, '')
})
