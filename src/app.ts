import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createAuditFeed } from './axiom/audit-feed.ts'
import { createAxiom } from './axiom/client.ts'
import { createReviewSink } from './axiom/review-sink.ts'
import { createTelemetry } from './axiom/telemetry.ts'
import type { Config } from './config.ts'
import { policyOfSeed } from './domain/policy-seed.ts'
import { createLog } from './log.ts'
import { createScorer } from './openai/scorer.ts'
import type { Clock, OutboxTarget, Ports } from './ports.ts'
import { createScheduler, isSchedule } from './scheduler.ts'
import { createSlackApp } from './slack/bolt-app.ts'
import { createSlackGateway } from './slack/gateway.ts'
import { openStore } from './store/database.ts'
import { createWebhookSender } from './webhook/sender.ts'
import { jobsOf } from './workflows/jobs.ts'
import { noticeTarget } from './workflows/notices.ts'
import { type PolicyPins, seedPolicy } from './workflows/seed-policy.ts'
import { useCasesOf } from './use-cases.ts'

export interface App {
  start(): Promise<void>
  stop(): Promise<void>
}

const HOME_REFRESH = 'home'

/** Wires ports, workflows and Slack together; nothing runs before `start`. */
export async function createApp(config: Config, options: { readonly pins: PolicyPins }): Promise<App> {
  const { slack, axiom } = config
  if (slack === null || axiom === null) throw new Error('The app needs Slack and Axiom settings.')
  const log = createLog(config.logLevel)
  const clock = createClock(config.clockOffsetFile)
  const store = await openStore(config.databaseUrl)
  const client = createAxiom(axiom, { clock })
  const gateway = createSlackGateway({ botToken: slack.botToken, apiUrl: slack.apiUrl, log, clock })
  const targets: OutboxTarget[] = [
    createReviewSink({ axiom: client, dataset: axiom.reviewDataset }),
    ...(config.webhook === null ? [] : [createWebhookSender({ ...config.webhook, clock })]),
    noticeTarget({ store, desk: gateway.desk }),
  ]
  const ports: Ports = {
    clock,
    ids: { next: () => randomUUID() },
    store,
    auditFeed: createAuditFeed(client),
    scorer:
      config.model === null
        ? { assess: async () => ({ kind: 'no-answer', why: 'unset' }) }
        : createScorer({ ...config.model, clock }),
    targets,
    directory: gateway.directory,
    desk: gateway.desk,
    telemetry: createTelemetry({ axiom: client, dataset: axiom.reviewDataset }),
    log,
    hasWebhook: config.webhook !== null,
    chainKey: config.chainKey,
  }
  return { start: () => Promise.reject(new Error('x')), stop: async () => {} }
}

export function tenantIdOf(workspaceId: string): string {
  return `t-${createHash('sha256').update(workspaceId).digest('hex').slice(0, 16)}`
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
