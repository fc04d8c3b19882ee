import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { lockDirectory } from '../../../src/sandbox/lock.ts'
import { temporaryDirectory } from '../serve.ts'

test('a directory has one holder at a time', (t) => {
  const directory = temporaryDirectory(t)
  const first = lockDirectory(directory)
  assert.ok('release' in first)
  assert.deepEqual(lockDirectory(directory), { heldBy: process.pid })
  first.release()
  assert.ok('release' in lockDirectory(directory))
})

test('the lock of a process that is gone is taken over', (t) => {
  const directory = temporaryDirectory(t)
  // Larger than any process id that a system hands out.
  writeFileSync(join(directory, 'world.lock'), '2147483646')
  assert.ok('release' in lockDirectory(directory))
})
