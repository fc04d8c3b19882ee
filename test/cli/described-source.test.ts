import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { runNormalise } from '../../src/cli/normalise.ts'
import { CONTEXT_IDS } from '../../src/domain/presets/context-catalogue.ts'
import { CONTROL_IDS } from '../../src/domain/presets/control-catalogue.ts'
import { customPresetSchema } from '../../src/domain/presets/custom-schema.ts'

/** What the README promises to somebody who adds a source of their own. */

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const section = readme.split('## Add a source in five minutes')[1]?.split('\n## ')[0] ?? ''
const blocks = [...section.matchAll(/```(?:json)?\n(.*?)```/gs)].map(([, block]) => block ?? '')
const [sample = '', source = '', command = '', output = ''] = blocks

const folder = mkdtempSync(join(tmpdir(), 'described-'))
function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function normalise(...args: readonly string[]) {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const written = Promise.all([text(stdout), text(stderr)])
  const code = await runNormalise(args, { stdin: Readable.from([]), stdout, stderr })
  stdout.end()
  stderr.end()
  const [out, err] = await written
  return { code, out, err }
}

test('the example of the README reads its sample as the README says', async () => {
  assert.equal(command, 'npm run --silent normalise -- --preset my-source.json sample.ndjson\n')
  const { code, out, err } = await normalise(
    '--preset',
    // As some editors write a file.
    file('my-source.json', `\ufeff${source}`),
    file('sample.ndjson', sample),
  )
  assert.equal(code, 0)
  assert.equal(err, output)
  const read = out
    .trim()
    .split('\n')
    .map(
      (line) => JSON.parse(line) as { skipped?: string; grants?: { kind: string; role: { id: string } }[] },
    )
    .map(({ skipped, grants }) => skipped ?? grants?.map(({ kind, role }) => `${kind} ${role.id}`))
  assert.deepEqual(read, [
    ['grant admin'],
    ['grant group-admin', 'grant group-admin'],
    'call failed',
    ['removal admin'],
    ['context api-token'],
    'not a privilege event',
  ])
})

test('the README names every field, kind, op and id of a described source', () => {
  const shape = JSON.stringify(customPresetSchema.shape.rules.element.shape.kind.options)
  const names = [
    ...Object.keys(customPresetSchema.shape),
    ...Object.keys(customPresetSchema.shape.rules.element.shape),
    ...(JSON.parse(shape) as string[]),
    ...CONTEXT_IDS,
    ...CONTROL_IDS,
  ]
  for (const name of names) assert.ok(section.includes(`\`${name}\``), name)
})

test('a faulty file exits with 2 and one line a fault that names field, finding and example', async () => {
  const faulty = {
    name: 'My Source',
    tme: 'at',
    rules: [{ kind: 'gift', when: [{ field: 'type', value: 'x' }], grantee: 'a..b', role: 'r' }],
    roles: [{ match: 'admin', tier: 'T9' }],
  }
  const { code, out, err } = await normalise('--preset', file('faulty.json', JSON.stringify(faulty)))
  assert.equal(code, 2)
  assert.equal(out, '')
  const lines = err.trim().split('\n')
  const line = (field: string) =>
    lines.find((one) => one.includes(`${field}: `)) ?? assert.fail(`${field}\n${err}`)
  assert.match(line('name'), /found "My Source"; must be .*lower case.* For example "asana"/)
  assert.match(line('rules.0.kind'), /found "gift"; .*For example "grant"/)
  assert.match(line('rules.0.grantee'), /a\.\.b/)
  assert.match(line('roles.0.tier'), /found "T9"; .*For example "T1"/)
  assert.match(err, /"tme", which nothing reads/)
  assert.equal(lines.length, 5)
})

test('what is no file, no JSON, or has the name of a built-in source is refused in one line', async () => {
  const named = (name: string) => file('named.json', JSON.stringify({ ...JSON.parse(source), name }))
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['./nowhere.json', /^\.\/nowhere\.json cannot be read; check the path\.$/],
    [file('broken.json', '{"name": '), /broken\.json is not JSON: /],
    [file('list.json', '[]'), /list\.json: the file: found \[\]/],
  ]
  for (const [path, sentence] of wrong) {
    const { code, err } = await normalise('--preset', path)
    assert.equal(code, 2)
    assert.match(err.trim(), sentence)
    assert.equal(err.trim().split('\n').length, 1)
  }
  for (const name of ['okta', 'plain', 'kubernetes']) {
    const { code, err } = await normalise('--preset', named(name))
    assert.equal(code, 2)
    assert.match(err, new RegExp(`name: .*${name}.* built-in source`))
  }
})

test('a mapping of the time that finds nothing shows in the coverage', async () => {
  const timeless = JSON.stringify({ ...JSON.parse(source), time: 'date' })
  const { err } = await normalise('--preset', file('timeless.json', timeless), file('sample.ndjson', sample))
  assert.match(err, /empty: time 4 of 4, grantee e-mail 2 of 4/)
})

test('replay judges by a file that describes a source, and by the policy that does', () => {
  const main = new URL('../../src/main.ts', import.meta.url).pathname
  const history = file('history.ndjson', sample)
  const policy = file('policy.json', JSON.stringify({ customPresets: [JSON.parse(source)] }))
  const replay = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, 'replay', ...args, history], {
      encoding: 'utf8',
    })
  const byFile = replay('--preset', file('my-source.json', source))
  assert.equal(byFile.status, 0, byFile.stderr)
  assert.match(byFile.stdout, /"grantee":"alice@northwind\.example".*"role":"admin"/)
  const byPolicy = replay('--preset', 'ledgerly', '--policy', policy)
  assert.equal(byPolicy.stdout, byFile.stdout)
  const unknown = replay('--preset', 'ledgery', '--policy', policy)
  assert.equal(unknown.status, 2)
  assert.match(
    unknown.stderr,
    /^There is no preset "ledgery"; there are .*ledgerly\. A source of your own is named by its file, with \.json\.\n$/,
  )
})

test('the coverage names the roles without a tier of their own, most frequent first', async () => {
  const events = ['auditor', 'ops', 'ops', 'admin'].map((role, index) => ({
    id: `e${index}`,
    at: '2026-03-01T00:00:00Z',
    type: 'member.role_changed',
    member: { id: `u${index}` },
    new_role: role,
  }))
  const lines = events.map((event) => JSON.stringify(event)).join('\n')
  const { err } = await normalise('--preset', file('my-source.json', source), file('roles.ndjson', lines))
  assert.match(err, /roles without a tier of their own, so T2: "ops" 2, "auditor" 1$/m)
  assert.match(err, /empty: grantor 4 of 4/)
})

test('a removal of all that somebody had is no role without a tier', async () => {
  const deleted = { id: 'e1', at: '2026-03-01T00:00:00Z', type: 'member.deleted', member: { id: 'u1' } }
  const events = file('deleted.ndjson', JSON.stringify(deleted))
  const { err } = await normalise('--preset', file('my-source.json', source), events)
  assert.match(err, /1 removals/)
  assert.match(err, /every role has a tier of its own/)
})

test('the coverage says when Axiom would not be asked for what was read', async () => {
  const nested = { id: 'e1', at: '2026-03-01T00:00:00Z', type: 'group.admins_added', admins: ['u1', 'u2'] }
  const path = file(
    'within.json',
    JSON.stringify({
      name: 'within',
      time: 'at',
      grantee: 'item',
      rules: [
        {
          kind: 'grant',
          when: [{ field: 'type', value: 'group.admins_added' }],
          each: 'admins',
          role: "'Admin'",
        },
      ],
    }),
  )
  const lines = [nested, { message: JSON.stringify({ ...nested, id: 'e2' }) }].map((event) =>
    JSON.stringify(event),
  )
  const { err } = await normalise('--preset', path, file('within.ndjson', lines.join('\n')))
  assert.match(err, /4 grants/)
  assert.match(err, /^ {2}not asked for: 1 of 2 events would be read but Axiom would not be asked for them/m)
})
