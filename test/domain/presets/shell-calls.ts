import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

/**
 * Runs a runbook's command in `sh` with programs that only report their arguments and answer `42`: one list for each
 * call. Whatever a name could smuggle past its quotes would show as a call of its own, a wrong word or an error.
 */
export function shellCalls(
  command: string | null,
  programs: readonly string[],
): readonly (readonly string[])[] {
  assert.ok(command !== null, 'no command')
  // A call is reported in one write after its input has ended, so that programs of one pipe do not talk at once.
  const report = (name: string) =>
    `${name}() { cat >/dev/null; line=$(printf '%s\\001' ${name} "$@"; printf '\\002'); printf '%s' "$line" >&3; echo 42; }`
  const script = `exec 3>&2\n${programs.map(report).join('\n')}\n${command}\n`
  const run = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { AUTH0_URL: 'https://northwind.example', AUTH0_TOKEN: 'secret' },
  })
  assert.equal(run.status, 0, run.stderr)
  return run.stderr
    .split('\u0002')
    .slice(0, -1)
    .map((call) => call.split('\u0001').slice(0, -1))
}

/** Names that try to leave the place where they are written. */
export const HOSTILE_NAMES: readonly string[] = [
  "'; touch /tmp/owned; '",
  '$(id)',
  '`id`',
  '"; id; "',
  '-rf',
  '\\',
  'a\'b"c\\d',
  'x\ny',
]
