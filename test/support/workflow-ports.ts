import type { ModelAnswer } from '../../src/domain/assessment.ts'
import { compareIngest } from '../../src/domain/ingest-time.ts'
import type {
  AuditPageQuery,
  AuditRow,
  DirectoryPerson,
  OutboxRow,
  OutboxTarget,
  Ports,
  ScoringRequest,
} from '../../src/ports.ts'
import { openStore, type Store } from '../../src/store/database.ts'
import { aPolicyVersion, NOON, TENANT } from './builders.ts'

/** Small in-memory ports round a real store: what workflows need of the world, with every call written down. */
export interface WorkflowPorts extends Ports {
  readonly store: Store
  readonly time: { now: number }
  readonly rows: AuditRow[]
  readonly pages: AuditPageQuery[]
  /** Set to make the next pages partial. */
  readonly audit: { partial: boolean; fails: Error | null }
  readonly model: {
    answer: (request: ScoringRequest) => Promise<ModelAnswer> | ModelAnswer
    asked: ScoringRequest[]
  }
  readonly posted: { channel: string; grantId: string; ts: string; version: number; live: boolean }[]
  readonly slack: { failsAfterPosting: Error | null; fails: Error | null; seesHistory: boolean }
  readonly delivered: OutboxRow[]
  readonly target: { answer: (rows: readonly OutboxRow[]) => ReturnType<OutboxTarget['deliver']> }
  readonly members: Map<string, DirectoryPerson>
  readonly notices: { channel: string; text: string }[]
  readonly sent: Readonly<Record<string, unknown>>[]
  close(): Promise<void>
}

export const aMember = (slackUserId: string, parts: Partial<DirectoryPerson> = {}): DirectoryPerson => ({
  slackUserId,
  name: slackUserId,
  handle: null,
  email: `${slackUserId.toLowerCase()}@northwind.example`,
  deactivated: false,
  guest: false,
  stranger: false,
  bot: false,
  ...parts,
})

export async function workflowPorts(url = 'sqlite::memory:'): Promise<WorkflowPorts> {
  const store = await openStore(url)
  const time = { now: NOON }
  const rows: AuditRow[] = []
  const pages: AuditPageQuery[] = []
  const audit: WorkflowPorts['audit'] = { partial: false, fails: null }
  const model: WorkflowPorts['model'] = { answer: () => ({ kind: 'no-answer', why: 'down' }), asked: [] }
  const slack: WorkflowPorts['slack'] = { failsAfterPosting: null, fails: null, seesHistory: true }
  const posted: WorkflowPorts['posted'] = []
  const delivered: OutboxRow[] = []
  const target: WorkflowPorts['target'] = {
    async answer(batch) {
      delivered.push(...batch)
      return { kind: 'delivered' }
    },
  }
  const members = new Map(['U0MAYA', 'U0DEV'].map((id) => [id, aMember(id)]))
  const notices: WorkflowPorts['notices'] = []
  const sent: Readonly<Record<string, unknown>>[] = []
  let ids = 0
  await store.records.tenants.create({ tenantId: TENANT, workspaceId: 'T0TEST', name: 'Test', at: NOON })
  await store.records.policies.save(aPolicyVersion())
  return {
    store,
    time,
    rows,
    pages,
    audit,
    model,
    slack,
    posted,
    delivered,
    target,
    members,
    notices,
    sent,
    clock: { now: () => time.now },
    ids: {
      next() {
        ids += 1
        return `id-${ids}`
      },
    },
    auditFeed: {
      async page(query) {
        pages.push(query)
        if (audit.fails !== null) throw audit.fails
        const { fromIngest, limit } = query
        const found = rows
          .filter((row) => fromIngest === null || compareIngest(row.ingestedAt, fromIngest) >= 0)
          .sort((one, other) => compareIngest(one.ingestedAt, other.ingestedAt))
        return { rows: found.slice(0, limit), partial: audit.partial }
      },
      async newestIngest() {
        return (
          rows
            .map((row) => row.ingestedAt)
            .sort(compareIngest)
            .at(-1) ?? null
        )
      },
    },
    scorer: {
      async assess(request) {
        model.asked.push(request)
        return await model.answer(request)
      },
    },
    targets: (['axiom', 'webhook'] as const).map((lane) => ({
      lane,
      batchMax: 10,
      deliver: (batch) => target.answer(batch),
    })),
    directory: {
      person: async (_tenantId, id) => members.get(id) ?? null,
      groupMembers: async () => [],
    },
    desk: {
      async postCard(channel, { grant, review }) {
        if (slack.fails !== null) throw slack.fails
        const ts = `${posted.length + 1}.000100`
        posted.push({ channel, grantId: grant.id, ts, version: review?.version ?? 0, live: true })
        const error = slack.failsAfterPosting
        slack.failsAfterPosting = null
        if (error !== null) throw error
        return ts
      },
      async updateCard(card, { review }) {
        if (slack.fails !== null) throw slack.fails
        const message = posted.find((one) => one.ts === card.messageTs)
        if (message === undefined || !message.live) return 'gone'
        message.version = review?.version ?? 0
        return 'updated'
      },
      findCards: async ({ channel, grantId }) =>
        slack.seesHistory
          ? posted
              .filter((one) => one.live && one.channel === channel && one.grantId === grantId)
              .map((one) => one.ts)
          : null,
      async neutraliseCard({ messageTs }) {
        const message = posted.find((one) => one.ts === messageTs)
        if (message !== undefined) message.live = false
      },
      replyInThread: async ({ channel, text }) => void notices.push({ channel, text }),
      notify: async ({ channel, text }) => void notices.push({ channel, text }),
    },
    telemetry: { send: async (events) => void sent.push(...events) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    hasWebhook: true,
    chainKey: 'a-chain-key-for-tests',
    close: () => store.close(),
  }
}

/** A raw event of the preset `plain`, as Axiom holds it. */
export function aPlainRow(
  parts: Readonly<Record<string, unknown>> & { readonly id: string; readonly ingestedAt?: string },
): AuditRow {
  const { ingestedAt, ...event } = parts
  return {
    ingestedAt: ingestedAt ?? new Date(NOON).toISOString(),
    event: {
      time: new Date(NOON - 60_000).toISOString(),
      kind: 'grant',
      grantee: 'ana@northwind.example',
      grantor: 'sofia@northwind.example',
      role: 'owner',
      tier: 'T0',
      ...event,
    },
  }
}
