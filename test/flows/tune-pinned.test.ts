import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { textIn } from '../support/desk.ts'
import { change, openSection, openSettings } from '../support/tuning.ts'
import { sharedWorld, type TestWorld, until } from '../support/world.ts'

const folder = mkdtempSync(join(tmpdir(), 'countersign-pinned-'))
const POLICY_FILE = join(folder, 'policy.json')
const pin = (medium: number) => writeFileSync(POLICY_FILE, JSON.stringify({ thresholds: { medium } }))
pin(40)
after(() => rmSync(folder, { recursive: true, force: true }))

const world = sharedWorld({ env: { POLICY_FILE, SCORER: 'rules' } })

async function versions(testWorld: TestWorld): Promise<readonly unknown[]> {
  return (await testWorld.reviewEvents('policy.changed')).map((event) => event['policy_version'])
}

test('what the file pins is shown as pinned, and a form for the rest cannot change it', async () => {
  const form = await openSection(world(), 'U0MAYA', 'thresholds')
  assert.match(textIn(form), /Medium from\* _\(pinned by MODE or POLICY_FILE\)_\n`40`/)
  const inputs = form.blocks.map((block) => block['block_id'])
  assert.ok(!inputs.includes('thresholds.medium') && inputs.includes('thresholds.high'))
  assert.match(await change(world(), 'U0MAYA', 'thresholds', { 'thresholds.high': '60' }), /version 2/)
  assert.match(textIn(await openSection(world(), 'U0MAYA', 'thresholds')), /`40`/)
})

test('a file that pins less is in force at the next start, one that loosens only once somebody agrees', async () => {
  await until('the version of the form', async () => (await versions(world())).includes(2))
  await world().app('stop')
  pin(30)
  await world().app('start')
  await until('the version of the file', async () => (await versions(world())).includes(3))
  await world().app('stop')
  pin(55)
  await world().app('start')
  await until('the proposal', async () => (await world().reviewEvents('policy.proposed')).length === 1)
  const root = await openSettings(world(), 'U0MAYA')
  assert.match(textIn(root), /Waits for a second person\*: `environment`[\s\S]*30 → 55[\s\S]*Confirm/)
  assert.deepEqual(await versions(world()), [1, 2, 3])
})
