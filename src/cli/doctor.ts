import { createAxiom } from '../axiom/client.ts'
import { createTelemetry } from '../axiom/telemetry.ts'
import type { Config } from '../config.ts'
import { createLog } from '../log.ts'
import { createScorer } from '../openai/scorer.ts'
import { isSchedule } from '../scheduler.ts'
import { createSlackGateway, type SlackCheck } from '../slack/gateway.ts'
import { deafIn, isHearingScope } from '../slack/scopes.ts'
import { openStore } from '../store/database.ts'
import { feedFindings } from './doctor-feeds.ts'
import { configFromEnvironment, reportFaults, wrongCall } from './environment.ts'
import { attempt, type Finding, fault, note, ok } from './finding.ts'

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

function scopeFindings({ identity, missing }: SlackCheck): readonly Finding[] {
  if (missing === null)
    return [note('Slack: the granted scopes are not known', 'Reinstall the app from manifest.json.')]
  if (missing.length === 0) return [ok('Slack: every scope of the manifest is granted')]
  const deaf = deafIn(identity.scopes)
  const heard = missing.filter(({ scope }) => !isHearingScope(scope))
  const hearing = missing.filter(({ scope }) => isHearingScope(scope)).map(({ scope }) => scope)
  return [
    ...heard.map(({ scope, why }) =>
      fault(`Slack: ${scope} is missing (${why})`, 'Reinstall the app from manifest.json.'),
    ),
    ...(deaf === null
      ? []
      : [
          note(
            `Slack: in ${deaf} only mentions are answered, and a card posted just before a crash is not found again, since ${hearing.join(' and ')} ${hearing.length === 1 ? 'is' : 'are'} not granted`,
            'Reinstall the app from manifest.json, or leave it so and mention @Countersign.',
          ),
        ]),
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
