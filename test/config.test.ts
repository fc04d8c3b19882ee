import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Environment, feedIdOf, readConfig, readPartialConfig } from '../src/config.ts'

const COMPLETE: Environment = {
  SLACK_APP_TOKEN: 'xapp-1-A1-abc',
  SLACK_BOT_TOKEN: 'xoxb-1-abc',
  AXIOM_TOKEN: 'xaat-abc',
  FEEDS: 'okta:okta-logs, github:github-audit',
  REVIEW_CHANNEL: 'C0REVIEW',
  REVIEWERS: 'U0MAYA,S0SECURITY',
  POLICY_ADMINS: 'U0MAYA',
}
const faultsOf = (env: Environment, live = false) => {
  const result = readConfig(env, { live })
  return result.kind === 'faults' ? result.faults : []
}
const sentence = (env: Environment, variable: string) =>
  faultsOf({ ...COMPLETE, ...env }).find((fault) => fault.variable === variable)?.sentence ?? ''

test('with nothing set it is the sandbox, but not with --live', () => {
  assert.equal(readConfig({}, { live: false }).kind, 'sandbox')
  assert.equal(readConfig({ OPENAI_API_KEY: 'sk-x', SCORER: 'rules' }, { live: false }).kind, 'sandbox')
  assert.equal(readConfig({}, { live: true }).kind, 'faults')
})

test('a complete environment is a frozen configuration with a seed for the policy', () => {
  const result = readConfig(COMPLETE, { live: true })
  assert.ok(result.kind === 'config')
  assert.ok(Object.isFrozen(result.config))
  assert.equal(result.config.schedule, '* * * * *')
  assert.equal(result.config.databaseUrl, 'sqlite:./data/countersign.db')
  assert.deepEqual(
    result.config.seed.feeds.map((feed) => feed.id),
    ['okta-okta-logs', 'github-github-audit'],
  )
  assert.equal(result.config.seed.scorer, 'rules')
})

test('some but not all of the Slack and Axiom variables is a fault for each that is missing', () => {
  const named = faultsOf({ SLACK_BOT_TOKEN: 'xoxb-1' }).map((fault) => fault.variable)
  assert.deepEqual(named, ['SLACK_APP_TOKEN', 'AXIOM_TOKEN'])
})

test('all faults are reported at once, each with what to do', () => {
  const faults = faultsOf({
    ...COMPLETE,
    TIMEZONE: 'Mars/Olympus',
    SCHEDULE: 'often',
    FEEDS: 'okta',
    REVIEWERS: 'maya',
    DATABASE_URL: 'mysql://x',
    DECISION_WEBHOOK_URL: 'https://hooks.example/x',
    LOG_LEVEL: 'loud',
    HISTORY_DAYS: '-1',
    CHAIN_KEY: 'short',
  })
  assert.deepEqual(faults.map((fault) => fault.variable).sort(), [
    'CHAIN_KEY',
    'DATABASE_URL',
    'DECISION_WEBHOOK_SECRET',
    'FEEDS',
    'HISTORY_DAYS',
    'LOG_LEVEL',
    'REVIEWERS',
    'SCHEDULE',
    'TIMEZONE',
  ])
  for (const fault of faults) assert.match(fault.sentence, /;|use |must /)
})

test('a key without a chosen model says how to choose', () => {
  assert.match(
    sentence({ OPENAI_API_KEY: 'sk-x' }, 'OPENAI_SCORING_MODEL'),
    /set OPENAI_SCORING_MODEL .* or set SCORER=rules/,
  )
  assert.equal(faultsOf({ ...COMPLETE, OPENAI_API_KEY: 'sk-x', SCORER: 'rules' }).length, 0)
})

test('a preset that does not exist is named with those that do', () => {
  assert.match(sentence({ FEEDS: 'oktaa:logs' }, 'FEEDS'), /oktaa.*plain/)
})

test('the offset clock is refused in a live start', () => {
  assert.equal(
    faultsOf({ ...COMPLETE, CLOCK_OFFSET_FILE: '/x/offset' }, true)[0]?.variable,
    'CLOCK_OFFSET_FILE',
  )
  assert.equal(faultsOf({ ...COMPLETE, CLOCK_OFFSET_FILE: '/x/offset' }).length, 0)
})

test('a secret never shows in a fault', () => {
  const faults = faultsOf({
    ...COMPLETE,
    SLACK_BOT_TOKEN: 'not-a-token-SECRET',
    DECISION_WEBHOOK_SECRET: 'SECRET',
  })
  assert.ok(faults.length >= 2)
  assert.ok(
    !faults.some((fault) => fault.sentence.includes('SECRET;') || fault.sentence.includes('not-a-token')),
  )
})

test('two feeds that differ only in what an id loses stay two feeds', () => {
  const ids = new Set(
    ['logs_a', 'logs-a', 'LOGS-a'].map((dataset) => feedIdOf({ preset: 'okta', dataset, prefix: null })),
  )
  assert.equal(ids.size, 3)
})

test('commands that need only Axiom do not ask for Slack', () => {
  const result = readPartialConfig({ AXIOM_TOKEN: 'xaat-x', FEEDS: 'okta:okta-logs' }, ['AXIOM_TOKEN'])
  assert.ok(result.kind === 'config')
  assert.equal(result.config.slack, null)
  assert.equal(readPartialConfig({}, ['AXIOM_TOKEN']).kind, 'faults')
})
