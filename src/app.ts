import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { createActivitySearch } from './axiom/activity-search.ts'
import { createAuditFeed } from './axiom/audit-feed.ts'
import { createAxiom } from './axiom/client.ts'
import { createReviewSink } from './axiom/review-sink.ts'
import { createTelemetry } from './axiom/telemetry.ts'
import type { Config } from './config.ts'
import { policyOfSeed } from './domain/policy-seed.ts'
import { createLog } from './log.ts'
import { createAnalyst } from './openai/analyst.ts'
import { createScorer } from './openai/scorer.ts'
import { type Clock, LANES, type OutboxTarget, type Ports, UpstreamError } from './ports.ts'
import { createScheduler, isSchedule, type Scheduler } from './scheduler.ts'
import { createSlackApp } from './slack/bolt-app.ts'
import { createSlackGateway, type SlackGateway } from './slack/gateway.ts'
import { patientDirectory } from './slack/patience.ts'
import type { UseCases } from './slack/use-cases.ts'
import { createConversationMemory, forgetThreads } from './store/conversation-memory.ts'
import { openStore, type Store } from './store/database.ts'
import { createPolicyDrafts } from './store/policy-drafts.ts'
import { createWebhookSender } from './webhook/sender.ts'
import { type AnswerPorts, answerQuestion, mayAsk } from './workflows/answer-question.ts'
import { decide, mayDecide } from './workflows/decide.ts'
import { findCases, pendingReviews } from './workflows/find-cases.ts'
import { type JobName, jobsOf } from './workflows/jobs.ts'
import { loadCase } from './workflows/load-case.ts'
import { noticeTarget } from './workflows/notices.ts'
import { openCase } from './workflows/open-case.ts'
import { type Alarm, overviewFor } from './workflows/overview.ts'
import { pinPolicy } from './workflows/pin-policy.ts'
import { recordFeedback } from './workflows/record-conversation.ts'
import type { PolicyPins } from './workflows/seed-policy.ts'
import { switchMode } from './workflows/switch-mode.ts'
import { withTimeline } from './workflows/timeline.ts'
import type { TuneContext } from './workflows/tune-policy.ts'
import { createTuning } from './workflows/tuning.ts'

export interface App {
  /** Resolves when Slack is connected and everything is scheduled. */
  start(): Promise<void>
  /** Lets what is under way end, then closes every connection. */
  stop(): Promise<void>
}

/** Expired keys are deleted, a bounded number at a time. */
const EVERY_TEN_MINUTES = '*/10 * * * *'
const EVENT_MEMORY_MS = 24 * 3_600_000

/** Wires ports, workflows and Slack together; nothing runs before `start`. */
export async function createApp(config: Config, options: { readonly pins: PolicyPins }): Promise<App> {
  const { slack } = config
  if (slack === null) throw new Error('The app needs its Slack settings.')
  if (!isSchedule(config.schedule)) throw new Error('SCHEDULE is no cron expression.')
  const log = createLog(config.logLevel)
  const clock = createClock(config.clockOffsetFile)
  const store = await openStore(config.databaseUrl)
  const gateway = createSlackGateway({ ...slack, log })
  const wiring = { log, clock, store, gateway }
  const ports = portsOf(config, wiring)
  const pins: PolicyPins = config.mode === null ? options.pins : { ...options.pins, mode: config.mode }
  const holder = randomUUID()
  const stopping = new AbortController()
  const jobs = jobsOf(ports, {
    schedule: config.schedule,
    holder,
    startedAt: clock.now(),
    kick: (name) => scheduler.kick(name),
  })
  const sweep = {
    name: 'sweep',
    schedule: EVERY_TEN_MINUTES,
    run: async () => void (await store.sweepKeyValues()),
  }
  const scheduler: Scheduler = createScheduler(
    { clock, runs: store.records.runs, log },
    { jobs: [...jobs, sweep], timezone: config.timezone },
  )
  const useCases = useCasesOf(ports, {
    store,
    scheduler,
    pins,
    secrets: secretsOf(config),
    conversation: conversationPortsOf(config, wiring),
  })
  const slackApp = createSlackApp(gateway, { appToken: slack.appToken, useCases, log, clock })
  return {
    async start() {
      const identity = await whenReachable(ports, {
        stopping: stopping.signal,
        ask: () => gateway.identity(),
      })
      const tenantId = await tenantFor(ports, { workspaceId: identity.workspaceId, name: identity.teamName })
      const pinned = await pinPolicy(ports, { tenantId, seed: policyOfSeed(config.seed), pins })
      if (pinned.kind === 'proposed')
        log.warn({ loosens: pinned.loosenings }, 'What POLICY_FILE pins waits for a second person')
      await slackApp.start()
      scheduler.start()
      scheduler.kick('clicks')
      scheduler.kick('poll')
    },
    async stop() {
      stopping.abort()
      await scheduler.stop()
      await slackApp.stop()
      await store.close()
    },
  }
}

interface Wiring {
  readonly log: Ports['log']
  readonly clock: Clock
  readonly store: Store
  readonly gateway: SlackGateway
}

function portsOf(config: Config, { log, clock, store, gateway }: Wiring): Ports {
  const { axiom, model, webhook } = config
  if (axiom === null) throw new Error('The app needs its Axiom settings.')
  const client = createAxiom(axiom, { clock })
  const targets: readonly OutboxTarget[] = [
    createReviewSink({ axiom: client, dataset: axiom.reviewDataset }),
    ...(webhook === null ? [] : [createWebhookSender({ ...webhook, clock })]),
    noticeTarget({ store, desk: gateway.desk }),
  ]
  return {
    clock,
    store,
    targets,
    log,
    ids: { next: () => randomUUID() },
    auditFeed: createAuditFeed(client),
    scorer:
      model === null
        ? { assess: async () => ({ kind: 'no-answer', why: 'unset' }) }
        : createScorer({ ...model, clock }),
    directory: gateway.directory,
    desk: gateway.desk,
    telemetry: createTelemetry({ axiom: client, dataset: axiom.reviewDataset }),
    hasWebhook: webhook !== null,
    chainKey: config.chainKey,
  }
}

interface ConversationPorts
  extends Pick<AnswerPorts, 'directory' | 'analyst' | 'activity'>,
    ReturnType<typeof createConversationMemory> {}

/** What conversations need beyond the rest; their state expires by itself. */
function conversationPortsOf({ axiom, model }: Config, wiring: Wiring): ConversationPorts {
  const { clock, store, gateway } = wiring
  if (axiom === null) throw new Error('The app needs its Axiom settings.')
  return {
    directory: patientDirectory(gateway.directory),
    analyst: model === null ? null : createAnalyst(model),
    activity: createActivitySearch(createAxiom(axiom, { clock })),
    ...createConversationMemory(store),
  }
}

const REACH_AGAIN_MS = [1_000, 2_000, 5_000, 10_000, 30_000] as const

/** A start while Slack is away waits for it; what Slack refuses ends the start. */
async function whenReachable<T>(
  ports: Pick<Ports, 'log'>,
  { stopping, ask }: { readonly stopping: AbortSignal; readonly ask: () => Promise<T> },
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof UpstreamError) || !error.retryable || stopping.aborted) throw error
      const waitMs = REACH_AGAIN_MS[attempt] ?? 30_000
      ports.log.warn({ waitMs, error }, 'Slack cannot be reached; the start waits for it')
      await Promise.race([pause(waitMs, undefined, { ref: false }), once(stopping, 'abort')])
    }
  }
}

/** Derived from the workspace's id, so that grant ids stay the same over a database made anew. */
async function tenantFor(
  ports: Ports,
  workspace: { readonly workspaceId: string; readonly name: string },
): Promise<string> {
  const { tenants } = ports.store.records
  const known = await tenants.forWorkspace(workspace.workspaceId)
  if (known !== null) return known
  const digest = createHash('sha256').update(workspace.workspaceId).digest('hex')
  return await tenants.create({ ...workspace, tenantId: `t-${digest.slice(0, 16)}`, at: ports.clock.now() })
}

interface Surroundings {
  readonly store: Store
  readonly scheduler: Scheduler
  readonly pins: PolicyPins
  readonly secrets: TuneContext['secrets']
  readonly conversation: ConversationPorts
}

function useCasesOf(ports: Ports, surroundings: Surroundings): UseCases {
  const { store, scheduler, pins, secrets, conversation } = surroundings
  const { records } = store
  const modePinned = pins.mode !== undefined
  const kickAfterDecision = () => {
    const names: readonly JobName[] = ['cards', ...LANES.map((lane) => `deliver-${lane}` as const)]
    for (const name of names) scheduler.kick(name)
  }
  return {
    tenantForWorkspace: (workspaceId) => records.tenants.forWorkspace(workspaceId),
    recordClick: (click) => records.clicks.add(click),
    async actOnClick(click) {
      const outcome = await decide(ports, click)
      if (outcome.kind === 'decided') kickAfterDecision()
      return outcome
    },
    mayDecide: (query) => mayDecide(ports, query),
    async reviewCase(tenantId, grantId) {
      const found = await loadCase(records, tenantId, grantId)
      return found === null ? null : await withTimeline(records, found)
    },
    async findCases(tenantId, idText) {
      const search = await findCases(ports, tenantId, idText)
      if (search.kind !== 'one') return search
      return { kind: 'one', reviewCase: await withTimeline(records, search.reviewCase) }
    },
    pending: (tenantId) => pendingReviews(ports, tenantId),
    policy: (tenantId) => records.policies.current(tenantId),
    overview: (tenantId, slackUserId) =>
      overviewFor(ports, { tenantId, slackUserId, modePinned, alarms: alarmsOf(scheduler) }),
    switchMode: (query) => switchMode(ports, { ...query, isPinned: modePinned }),
    async openShadowCase(query) {
      const outcome = await openCase(ports, query)
      if (outcome.kind === 'opened') kickAfterDecision()
      return outcome
    },
    async thread({ tenantId, channel, threadTs }) {
      const card = await records.cards.byMessage({ tenantId, channel, messageTs: threadTs })
      return card === null ? null : await loadCase(records, tenantId, card.grantId)
    },
    async answer(question, stream) {
      const answer = await answerQuestion({ ...ports, ...conversation }, question, stream)
      scheduler.kick('deliver-axiom')
      return answer
    },
    mayAsk: (tenantId, slackUserId) => mayAsk({ ...ports, ...conversation }, tenantId, slackUserId),
    recordFeedback: (feedback) => recordFeedback(ports, feedback),
    keepPrepared: ({ tenantId, answerId, prepared }) =>
      conversation.prepared.keep(tenantId, answerId, prepared),
    prepared: ({ tenantId, answerId }) => conversation.prepared.find(tenantId, answerId),
    threadsSetting: async (tenantId) =>
      (await records.policies.current(tenantId))?.policy.threads ?? 'mentions',
    tuning: createTuning({ ...ports, drafts: createPolicyDrafts(store) }, { pins, secrets }, () =>
      scheduler.kick('deliver-axiom'),
    ),
    // The records are the auditors' evidence and stay; what was said in threads, and what lets us act there, goes.
    async uninstall(workspaceId) {
      ports.log.warn({ workspaceId }, 'The app was uninstalled from this workspace')
      const tenantId = await records.tenants.forWorkspace(workspaceId)
      if (tenantId !== null) await forgetThreads(store, tenantId)
    },
    async seenEvent(tenantId, eventId) {
      const isNew = await store
        .keyValue({ namespace: 'slack-event', tenantId })
        .add(eventId, '1', EVENT_MEMORY_MS)
      return !isNew
    },
  }
}

/** What the environment holds, by name: whether it is set, never what it is. */
function secretsOf(config: Config): TuneContext['secrets'] {
  return [
    { name: 'SLACK_BOT_TOKEN', isSet: config.slack !== null },
    { name: 'AXIOM_TOKEN', isSet: config.axiom !== null },
    { name: 'OPENAI_API_KEY', isSet: config.model !== null },
    { name: 'DECISION_WEBHOOK_URL', isSet: config.webhook !== null },
    { name: 'CHAIN_KEY', isSet: config.chainKey !== null },
  ]
}

const ALARM_TEXTS: Readonly<Record<string, string>> = {
  poll: 'Axiom could not be read',
  assess: 'Grants could not be assessed',
  cards: 'Cards could not be posted or updated',
  clicks: 'Recorded clicks could not be acted on',
  'deliver-axiom': 'Review events could not be delivered to Axiom',
  'deliver-webhook': 'Decisions could not be delivered to the webhook',
  'deliver-slack': 'Notices could not be posted',
}

function alarmsOf(scheduler: Scheduler): readonly Alarm[] {
  return [...scheduler.failing()].map(([job, { message, since }]) => ({
    text: `${ALARM_TEXTS[job] ?? `The job ${job} failed`}: ${message}`,
    since,
  }))
}

/** The system clock, or one moved by the whole milliseconds in a file that tests and the sandbox write. */
function createClock(offsetFile: string | null): Clock {
  if (offsetFile === null) return { now: () => Date.now() }
  return { now: () => Date.now() + readOffset(offsetFile) }
}

function readOffset(file: string): number {
  try {
    const value = Number(readFileSync(file, 'utf8'))
    return Number.isSafeInteger(value) ? value : 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}
