/** Runs every test file under test/ with node's runner; a run that executes no test is a failure. */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'

const patterns = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'))
const files = globSync(patterns.length > 0 ? patterns : ['test/**/*.test.ts']).sort()
if (files.length === 0) fail('No test file was found: nothing was tested.')

const runner = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-concurrency=3',
    '--test-reporter=spec',
    ...flags,
    ...files,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
const TAIL_CHARACTERS = 4_000
let tail = ''
runner.stdout.setEncoding('utf8').on('data', (text: string) => {
  process.stdout.write(text)
  tail = (tail + text).slice(-TAIL_CHARACTERS)
})
runner.on('close', (status) => {
  const count = (name: string) => Number(new RegExp(`^ℹ ${name} (\\d+)$`, 'm').exec(tail)?.[1] ?? 0)
  if (status === 0 && count('tests') - count('skipped') <= 0)
    fail('No test was executed: nothing was tested.')
  process.exitCode = status ?? 1
})

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
