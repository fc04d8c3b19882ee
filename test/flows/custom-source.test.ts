import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { appEnvironment } from '../../src/sandbox/app-environment.ts'
import {
  cardAbout,
  cardReads,
  choose,
  decideWithReason,
  grantIdOn,
  textIn,
  untilSteps,
} from '../support/desk.ts'
import { type Json, sharedWorld, until } from '../support/world.ts'

/** A source that a policy file describes, from an event in Axiom to a revoke that the source confirms. */

const LEDGERLY = {
  name: 'ledgerly',
  title: 'Ledgerly',
  time: 'at',
  act: 'id',
  grantor: { id: 'actor.id', email: 'actor.email' },
  grantee: { id: 'member.id', email: 'member.email', name: 'member.name', type: "'user'" },
  scope: 'org',
  failedWhen: [{ field: 'ok', value: false }],
  rules: [
    { kind: 'grant', when: [{ field: 'type', value: 'member.role_changed' }], role: 'new_role' },
    { kind: 'removal', when: [{ field: 'type', value: 'member.role_changed' }], role: 'old_role' },
  ],
  roles: [
    { match: 'owner', tier: 'T0' },
    { match: 'viewer', tier: 'none' },
  ],
  runbook: 'ledgerly members set-role {grantee.id} viewer --org {scope}',
}

const folder = mkdtempSync(join(tmpdir(), 'described-source-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const POLICY_FILE = join(folder, 'policy.json')
writeFileSync(POLICY_FILE, JSON.stringify({ customPresets: [LEDGERLY] }))

const FEEDS = 'ledgerly:ledgerly-audit'
const MAIN = new URL('../../src/main.ts', import.meta.url).pathname
const world = sharedWorld({ env: { FEEDS, POLICY_FILE } })

let sent = 0
function roleChanged(part: Json): Json {
  sent += 1
  return {
    id: `e${sent}`,
    at: new Date(world().world.clock.now()).toISOString(),
    type: 'member.role_changed',
    ok: true,
    org: 'north’wind',
    actor: { id: 'u7', email: 'priya@northwind.example' },
    ...part,
  }
}

const ZOE = { member: { id: 'u-41', email: 'zoe@northwind.example', name: 'Zoe Lang' } }

test('a grant in a described source becomes a card, and its removal there confirms the revoke', async () => {
  const failed = { ...roleChanged({ old_role: 'viewer', new_role: 'owner' }), ok: false }
  await world().inject('ledgerly-audit', [
    { ...failed, member: { id: 'u-40', email: 'yan@northwind.example' } },
    roleChanged({ ...ZOE, old_role: 'viewer', new_role: 'owner' }),
  ])
  const card = await cardAbout(world(), 'zoe@northwind.example')
  assert.match(textIn(card.blocks), /Ledgerly/)
  assert.match(textIn(card.blocks), /owner/)
  assert.equal((await world().cards()).length, 1, 'the failed call asks nobody')

  const { sees } = await choose(world(), 'U0MAYA', card, 'explain')
  const explained = await until('the explanation', async () => {
    const { modals } = await world().get('person?user=U0MAYA')
    const told = textIn(sees) + textIn(modals)
    return /ledgerly members/.test(told) ? told : null
  })
  assert.ok(explained.includes("ledgerly members set-role u-41 viewer --org 'north’wind'"), explained)

  await decideWithReason(world(), 'U0MAYA', { card, action: 'revoke', reason: 'Not agreed.' })
  const requested = await cardReads(world(), grantIdOn(card), /Revoke requested/)
  assert.match(textIn(requested.blocks), /ledgerly members set-role u-41 viewer/)

  await world().inject('ledgerly-audit', [
    { ...roleChanged({ ...ZOE, old_role: 'owner', new_role: 'viewer' }), ok: false },
  ])
  await world().inject('ledgerly-audit', [roleChanged({ ...ZOE, old_role: 'owner', new_role: 'viewer' })])
  await cardReads(world(), grantIdOn(card), /Revoked, confirmed at the source/)
  await untilSteps(world(), grantIdOn(card), [
    'review.opened',
    'review.revoke_requested',
    'review.revoke_confirmed',
  ])
})

test('what the described source says of a role decides who is asked', async () => {
  const yan = { member: { id: 'u-42', email: 'yan@northwind.example' } }
  const lea = { member: { id: 'u-43', email: 'lea@northwind.example' } }
  await world().inject('ledgerly-audit', [
    roleChanged({ ...yan, old_role: 'owner', new_role: 'viewer' }),
    roleChanged({ ...lea, old_role: 'viewer', new_role: 'owner' }),
  ])
  await cardAbout(world(), 'lea@northwind.example')
  const about = (await world().cards()).filter((card) =>
    textIn(card.blocks).includes('yan@northwind.example'),
  )
  assert.deepEqual(about, [])
})

/** A command of the app, run beside the app itself against the same Axiom. */
async function command(...args: readonly string[]) {
  const environment = appEnvironment({
    url: world().world.url,
    databaseUrl: 'sqlite::memory:',
    clockFile: join(folder, 'clock'),
    more: { FEEDS, POLICY_FILE, SCORER: 'rules' },
  })
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
  })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { out, err }
}

test('a dry run judges what the described source gave, and the doctor counts it', async () => {
  const mia = { member: { id: 'u-44', email: 'mia@northwind.example' } }
  await world().inject('ledgerly-audit', [roleChanged({ ...mia, old_role: 'viewer', new_role: 'owner' })])
  await cardAbout(world(), 'mia@northwind.example')
  const dry = await command('dry-run', '--since', '1h')
  const judged = dry.out.split('\n').find((line) => line.includes('"mia@northwind.example"'))
  assert.ok(judged !== undefined, dry.err)
  assert.match(judged, /"role":"owner"/)
  const { err } = await command('doctor')
  assert.match(
    err,
    /^ok .*Feed ledgerly-audit as Ledgerly: of \d+ candidate events .* [1-9]\d* are privileged changes$/m,
  )
})
