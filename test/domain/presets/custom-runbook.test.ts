import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { customRunbook, runbookFault } from '../../../src/domain/presets/custom-runbook.ts'
import { aGrant } from '../../support/builders.ts'
import { HOSTILE_NAMES, shellCalls } from './shell-calls.ts'

/** Commands of described sources: a team writes the template, an audit log fills it in. */

const grantOf = (id: string) =>
  aGrant({
    kind: 'grant',
    direction: 'given',
    grantee: { id, email: null, name: null, type: 'user' },
    role: { id: 'admin', name: 'Admin', tier: 'T1', scope: 'org:acme' },
  })

test('each value is put in as one word of the shell, whatever it holds', () => {
  const template = 'acme remove {grantee.id} --role {role.id} --in={scope}'
  for (const id of HOSTILE_NAMES.filter((name) => !name.startsWith('-'))) {
    const [call] = shellCalls(customRunbook(template, grantOf(id)), ['acme'])
    const shown = id.replaceAll('\n', '\ufffd')
    assert.deepEqual(call, ['acme', 'remove', shown, '--role', 'admin', '--in=org:acme'])
  }
  assert.ok(!existsSync('/tmp/owned'))
})

test('a value is percent-encoded for an address and written as JSON for a body', () => {
  const template = `curl -d '{"user":'{grantee.id:json}',"role":null}' https://api.example/users/{grantee.id:url}`
  for (const id of HOSTILE_NAMES) {
    const [call] = shellCalls(customRunbook(template, grantOf(id)), ['curl'])
    assert.deepEqual(JSON.parse(call?.[2] ?? ''), { user: id, role: null })
    assert.equal(call?.[3], `https://api.example/users/${encodeURIComponent(id)}`)
  }
})

test('there is no command when a value is missing, would be an option or another path, or nothing was given', () => {
  assert.equal(customRunbook('acme {grantee.email}', grantOf('alice')), null)
  assert.equal(customRunbook('acme {grantee.id}', grantOf('-rf')), null)
  assert.equal(customRunbook('acme /users/{grantee.id:url}', grantOf('..')), null)
  assert.equal(customRunbook('acme {grantee.id}', aGrant({ kind: 'removal', direction: 'taken' })), null)
  assert.equal(customRunbook(undefined, grantOf('alice')), null)
})

test('a template that would read the quotes of a word as something else is refused', () => {
  const faulty = [
    'acme "{grantee.id}"',
    "acme '{grantee.id}'",
    'acme `echo {grantee.id}`',
    `acme $${'{grantee.id}'}`,
    'acme \\{grantee.id}',
    'acme "a" "{grantee.id}"',
    'cat <<END\n{grantee.id}\nEND',
  ]
  for (const template of faulty) assert.ok(runbookFault(template) !== null, template)
  assert.match(
    runbookFault('acme {grantee.login}') ?? '',
    /holds \{grantee\.login\}; there are \{grantee\.id\}, /,
  )
  for (const template of [
    'acme {grantee.id}',
    'acme "$TOKEN" {grantee.id}',
    `acme 'a'{scope}"b"`,
    'acme \\\\ {scope}',
  ])
    assert.equal(runbookFault(template), null, template)
})

test('no template that is accepted lets a hostile name run a command', () => {
  const piece = fc.constantFrom(
    'acme ',
    '{grantee.id}',
    '{grantee.id:json}',
    '{grantee.id:url}',
    ' ',
    '"',
    "'",
    '\\',
    '$',
    '`',
    'x',
    '<<',
    '#',
  )
  const hostile = fc.constantFrom(
    '$(acme owned)',
    "';acme owned;'",
    '`acme owned`',
    '";acme owned;"',
    "\\';acme owned;'",
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), hostile, (pieces, id) => {
      const template = `acme ${pieces.join('')}`
      if (runbookFault(template) !== null || !closes(template)) return
      const command = customRunbook(template, grantOf(id))
      if (command === null) return
      for (const call of shellCalls(command, ['acme']))
        assert.notDeepEqual(call.slice(0, 2), ['acme', 'owned'])
    }),
    { numRuns: 300 },
  )
})

/** A command that a shell can read to its end: it runs with a plain name in place of the value. */
function closes(template: string): boolean {
  const plain = template.replaceAll(/\{grantee\.id(:json|:url)?\}/g, 'plain')
  return !/[`$]/.test(plain) && balanced(plain)
}

function balanced(text: string): boolean {
  return /^(?:[^'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")*$/.test(text)
}
