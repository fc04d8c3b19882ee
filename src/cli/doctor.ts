import { createAuditFeed } from '../axiom/audit-feed.ts'
import { createAxiom } from '../axiom/client.ts'
import { createTelemetry } from '../axiom/telemetry.ts'
import type { Config } from '../config.ts'
import type { Preset } from '../domain/presets/preset.ts'
import { presetFor, whyNoPreset } from '../domain/presets/registry.ts'
import { createLog } from '../log.ts'
import { createScorer } from '../openai/scorer.ts'
import { UpstreamError } from '../ports.ts'
import { isSchedule } from '../scheduler.ts'
import { createSlackGateway, type SlackCheck } from '../slack/gateway.ts'
import { openStore } from '../store/database.ts'
import { configFromEnvironment, reportFaults, wrongCall } from './environment.ts'
import { describedSources, readPolicyFile } from './policy-file.ts'

export interface Finding {
  readonly state: 'ok' | 'note' | 'fault'
  readonly what: string
  /** What to do about it. */
  readonly fix: string | null
}

const DAY_MS = 86_400_000
const SAMPLE_ROWS = 500
const MODEL_TIMEOUT_MS = 20_000

/** Checks credentials, scopes, datasets, model, channels, store and policy; says what to fix. Exit 1 with a fault. */
export async function runDoctor(args: readonly string[]): Promise<number> {
  if (args.length > 0) return wrongCall('doctor takes no arguments.')
  const result = configFromEnvironment({ live: false })
  if (result.kind === 'faults') return reportFaults(result.faults)
  if (result.kind === 'sandbox')
    return wrongCall(
      'Nothing is configured, so there is nothing to check: copy .env.example to .env and fill it in.',
    )
  const { config } = result
  const findings: Finding[] = []
  const checks = [
    storeFindings,
    slackFindings,
    feedFindings,
    reviewDatasetFindings,
    modelFindings,
    otherFindings,
  ]
  for (const check of checks)
    for (const finding of await attempt(() => check(config))) {
      findings.push(finding)
      print(finding)
    }
  const faults = findings.filter((finding) => finding.state === 'fault').length
  process.stderr.write(faults === 0 ? '\nEverything that was checked works.\n' : `\n${faults} to fix.\n`)
  return faults === 0 ? 0 : 1
}

const MARKS = { ok: 'ok   ', note: 'note ', fault: 'FAULT' } as const

function print({ state, what, fix }: Finding): void {
  process.stderr.write(`${MARKS[state]}  ${what}\n${fix === null ? '' : `       -> ${fix}\n`}`)
}

const ok = (what: string): Finding => ({ state: 'ok', what, fix: null })
const note = (what: string, fix: string): Finding => ({ state: 'note', what, fix })
const fault = (what: string, fix: string): Finding => ({ state: 'fault', what, fix })

async function attempt(check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check()
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const fix = error.retryable
      ? 'It may pass: try again in a minute.'
      : 'Check the credential and its permissions.'
    return [fault(`${error.upstream}: ${error.message}`, fix)]
  }
}

async function storeFindings(config: Config): Promise<readonly Finding[]> {
  const store = await openStore(config.databaseUrl)
  try {
    const tenants = await store.records.tenants.all()
    const [tenant] = tenants
    const policy = tenant === undefined ? null : await store.records.policies.current(tenant.tenantId)
    return [
      ok(`Store: ${store.engine} opens and is up to date`),
      policy === null
        ? note('Policy: none yet', 'The first start seeds version 1 from the environment.')
        : ok(`Policy: version ${policy.version}, mode ${policy.policy.mode}`),
    ]
  } finally {
    await store.close()
  }
}

async function slackFindings(config: Config): Promise<readonly Finding[]> {
  if (config.slack === null) return []
  const gateway = createSlackGateway({ ...config.slack, log: createLog('silent') })
  const channels = [config.seed.reviewChannel, config.seed.escalationChannel].filter((id) => id !== null)
  const check = await gateway.check({ appToken: config.slack.appToken, channels })
  return [
    ok(`Slack: connected to ${check.identity.teamName}`),
    check.appTokenFault === null
      ? ok('Slack: the app token opens a socket')
      : fault(
          `Slack: the app token does not work (${check.appTokenFault})`,
          'Make an app-level token with connections:write and set SLACK_APP_TOKEN.',
        ),
    ...scopeFindings(check),
    ...check.channels.map(({ id, standing }) =>
      standing === 'member'
        ? ok(`Slack: member of ${id}`)
        : standing === 'unknown'
          ? note(
              `Slack: cannot tell whether the app is in ${id}`,
              'Grant the history scopes of manifest.json.',
            )
          : fault(
              `Slack: the app is not in ${id}`,
              'Check the channel id, then type /invite @Countersign in that channel.',
            ),
    ),
    ...(config.seed.reviewChannel === null
      ? [
          fault(
            'Slack: no review channel',
            'Set REVIEW_CHANNEL to the id at the foot of the channel details.',
          ),
        ]
      : []),
  ]
}

function scopeFindings({ missing }: SlackCheck): readonly Finding[] {
  if (missing === null)
    return [note('Slack: the granted scopes are not known', 'Reinstall the app from manifest.json.')]
  if (missing.length === 0) return [ok('Slack: every scope of the manifest is granted')]
  return missing.map(({ scope, why }) =>
    fault(`Slack: ${scope} is missing (${why})`, 'Reinstall the app from manifest.json.'),
  )
}

async function feedFindings(config: Config): Promise<readonly Finding[]> {
  if (config.axiom === null) return []
  if (config.seed.feeds.length === 0)
    return [fault('Feeds: none is named', 'Set FEEDS, e.g. FEEDS=okta:okta-logs.')]
  const clock = { now: () => Date.now() }
  const auditFeed = createAuditFeed(createAxiom(config.axiom, { clock }))
  const findings: Finding[] = []
  const file = config.policyFile === null ? null : readPolicyFile(config.policyFile)
  if (file !== null && !file.ok)
    return file.sentences.map((sentence) => fault(`Policy file: ${sentence}`, 'Correct POLICY_FILE.'))
  const policy = { customPresets: describedSources(file === null ? {} : file.pins) }
  for (const feed of config.seed.feeds) {
    const preset = presetFor(policy, feed.preset)
    if (preset === null) findings.push(fault(`Feed ${feed.dataset}`, whyNoPreset(feed.preset, policy)))
    else findings.push(...(await attempt(() => feedFinding(auditFeed, { ...feed, preset }, clock.now()))))
  }
  return findings
}

async function feedFinding(
  auditFeed: ReturnType<typeof createAuditFeed>,
  feed: { readonly dataset: string; readonly prefix: string | null; readonly preset: Preset },
  now: number,
): Promise<readonly Finding[]> {
  const { preset } = feed
  const page = await auditFeed.page({
    dataset: feed.dataset,
    prefix: feed.prefix,
    anyOf: preset.filter,
    allOf: [],
    fromIngest: null,
    timeFrom: now - 7 * DAY_MS,
    timeTo: now + preset.futureSkewMs,
    limit: SAMPLE_ROWS,
  })
  const understood = page.rows.filter(
    ({ event }) => 'observations' in preset.read(event, { prefix: feed.prefix }),
  )
  const what = `Feed ${feed.dataset} as ${preset.title}: of ${page.rows.length} candidate events of the last 7 days, ${understood.length} are privileged changes`
  const unproven =
    preset.proof === 'unproven'
      ? [
          note(
            `Feed ${feed.dataset}: no real event proves the preset ${preset.name} yet, so it starts switched off`,
            'Look at what npm run normalise makes of your own events, then set enabled: true on the feed (npm run policy, or /grants tune).',
          ),
        ]
      : []
  if (page.rows.length > 0) return [ok(what), ...unproven]
  return [
    ...unproven,
    note(
      `Feed ${feed.dataset} as ${preset.title}: readable, but no candidate event in the last 7 days`,
      'Normal for a quiet source; else check the preset, the dataset and the prefix (preset:dataset:prefix).',
    ),
  ]
}

async function reviewDatasetFindings(config: Config): Promise<readonly Finding[]> {
  if (config.axiom === null) return []
  const axiom = createAxiom(config.axiom, { clock: { now: () => Date.now() } })
  const dataset = config.axiom.reviewDataset
  await createTelemetry({ axiom, dataset }).send([
    {
      _time: new Date().toISOString(),
      event: 'app.alarm',
      detail: { note: 'doctor: a test that the dataset can be written' },
    },
  ])
  return [ok(`Review dataset ${dataset}: can be written (one test event was sent)`)]
}

async function modelFindings(config: Config): Promise<readonly Finding[]> {
  const { scorer, scoringModel } = config.seed
  if (scorer === 'rules')
    return [note('Model: none, by choice', 'Rules alone decide; every card and event says so.')]
  if (config.model === null || scoringModel === null) return []
  const answer = await createScorer({ ...config.model, clock: { now: () => Date.now() } }).assess({
    model: scoringModel,
    instructions:
      'This is a connection test. Answer with band low, a one-word summary, no reasons and no questions.',
    input: '{}',
    promptHash: 'doctor',
    evidenceIds: [],
    timeoutMs: MODEL_TIMEOUT_MS,
    outputTokensMax: 400,
  })
  if (answer.kind === 'opinion')
    return [ok(`Model: ${scoringModel} answers in ${answer.opinion.usage.latencyMs} ms`)]
  const why = answer.kind === 'no-answer' ? answer.why : 'no answer'
  return [
    fault(
      `Model: ${scoringModel} gave no usable answer (${why})`,
      'Check OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_API and that the key may use this model.',
    ),
  ]
}

async function otherFindings(config: Config): Promise<readonly Finding[]> {
  return [
    isSchedule(config.schedule)
      ? ok(`Schedule: ${config.schedule}`)
      : fault(`Schedule: "${config.schedule}" is no cron expression`, 'Set SCHEDULE, e.g. * * * * *.'),
    config.seed.reviewers.length > 0
      ? ok(`Reviewers: ${config.seed.reviewers.length} named`)
      : fault('Reviewers: none, so nobody can decide', 'Set REVIEWERS to Slack user ids or user group ids.'),
    config.seed.policyAdmins.length > 0
      ? ok(`Policy admins: ${config.seed.policyAdmins.length} named`)
      : note('Policy admins: none, so nobody can switch to live in Slack', 'Set POLICY_ADMINS.'),
    config.webhook !== null
      ? ok('Webhook: set (not tried: a test could set off your automation)')
      : note('Webhook: not set', 'Set DECISION_WEBHOOK_URL and DECISION_WEBHOOK_SECRET.'),
    config.chainKey !== null
      ? ok('Chain key: set')
      : note(
          'Chain key: not set, so verify cannot rule out forgery',
          'Set CHAIN_KEY: openssl rand -base64 32.',
        ),
  ]
}
