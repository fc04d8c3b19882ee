import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Answer, PreparedDecision } from '../../../src/domain/answer.ts'
import type { Action } from '../../../src/domain/decision.ts'
import { policySchema } from '../../../src/domain/policy.ts'
import type { ReviewCase } from '../../../src/domain/review-case.ts'
import type { AnswerStream } from '../../../src/ports/analyst.ts'
import type { Click, Log } from '../../../src/ports.ts'
import { createFaults, type Faults } from '../../../src/sandbox/faults.ts'
import { parseManifest } from '../../../src/sandbox/slack/manifest.ts'
import { createSlack, type LocalSlack } from '../../../src/sandbox/slack/slack.ts'
import { createSlackApp, type SlackApp } from '../../../src/slack/bolt-app.ts'
import { createSlackGateway, type SlackGateway } from '../../../src/slack/gateway.ts'
import type { UseCases } from '../../../src/slack/use-cases.ts'
import { standingClock, temporaryDisk } from '../../sandbox/serve.ts'
import { aCase, anAnswer, anOverview, NOW } from './builders.ts'
import { textsIn } from './fits.ts'

export const APP_TOKEN = 'xapp-1-A0COUNTERSIGN-sandbox'
export const BOT_TOKEN = 'xoxb-sandbox-countersign'
export const CHANNEL = 'C0REVIEW'
const DEADLINE_MS = 8_000

export interface LogLine {
  readonly level: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

export function keptLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = []
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push({ level, fields, message })
  }
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}

/** Use cases that note what they were asked, in order, and answer as the test says. */
export function notedUseCases(
  changes: Partial<UseCases> = {},
): UseCases & { readonly asked: string[]; readonly clicks: Click[] } {
  const asked: string[] = []
  const clicks: Click[] = []
  const seen = new Set<string>()
  const kept = new Map<string, PreparedDecision>()
  const base: UseCases = {
    tenantForWorkspace: async (id) => (id === 'T0SANDBOX' ? 'tenant-1' : null),
    recordClick: async (click) => {
      const isNew = clicks.every((one) => one.id !== click.id)
      if (isNew) clicks.push(click)
      return isNew
    },
    actOnClick: async () => ({ kind: 'decided', reviewCase: aCase() }),
    mayDecide: async (query) => ({
      kind: 'may-decide',
      reviewCase: aCase(),
      reasonNeeded: isReasoned(query.action),
    }),
    reviewCase: async () => aCase(),
    findCases: async () => ({ kind: 'one', reviewCase: aCase() }),
    pending: async () => ({ cases: [aCase()], total: 1, waitingForModel: 0 }),
    policy: async () => null,
    overview: async () => anOverview(),
    switchMode: async () => ({ kind: 'switched' }),
    openShadowCase: async () => ({ kind: 'opened' }),
    thread: async () => null,
    answer: async (_question, stream) => await said(stream, anAnswer()),
    mayAsk: async () => 'yes',
    recordFeedback: async () => undefined,
    threadsSetting: async () => 'questions',
    keepPrepared: async ({ answerId, prepared }) => void kept.set(answerId, prepared),
    prepared: async ({ answerId }) => kept.get(answerId) ?? null,
    tuning: aTuning(),
    uninstall: async () => undefined,
    seenEvent: async (_tenantId, id) => {
      const known = seen.has(id)
      seen.add(id)
      return known
    },
    ...changes,
  }
  return { ...noted(base, asked), asked, clicks }
}

/** Streams an answer as the workflow does: sentence by sentence, then its end. */
export async function said(stream: AnswerStream, answer: Answer): Promise<Answer> {
  for (const sentence of answer.sentences) await stream.sentence(sentence)
  await stream.finish(answer)
  return answer
}

/** Settings that nobody may change. */
function aTuning(): UseCases['tuning'] {
  const notAdmin = { kind: 'not-admin' } as const
  return {
    desk: async () => ({
      current: {
        tenantId: 'tenant-1',
        version: 1,
        policy: policySchema.parse({}),
        author: 'environment',
        reason: 'First start.',
        savedAt: 0,
      },
      mayEdit: false,
      pins: {},
      secrets: [],
      proposals: [],
    }),
    draft: async () => notAdmin,
    lookBack: async () => null,
    tryPrompt: async () => null,
    tryFeeds: async () => null,
    testRun: async () => null,
    save: async () => notAdmin,
    versions: async () => [],
    rollBack: async () => notAdmin,
    decide: async () => ({ kind: 'gone' }),
  }
}

function isReasoned(action: Action): boolean {
  return action === 'approve' || action === 'revoke'
}

function noted(base: UseCases, asked: string[]): UseCases {
  const note =
    <A extends readonly unknown[], R>(name: string, work: (...args: A) => R) =>
    (...args: A): R => {
      asked.push(name)
      return work(...args)
    }
  return {
    tenantForWorkspace: base.tenantForWorkspace,
    recordClick: note('recordClick', base.recordClick),
    actOnClick: note('actOnClick', base.actOnClick),
    mayDecide: note('mayDecide', base.mayDecide),
    reviewCase: note('reviewCase', base.reviewCase),
    findCases: note('findCases', base.findCases),
    pending: note('pending', base.pending),
    policy: note('policy', base.policy),
    overview: note('overview', base.overview),
    switchMode: note('switchMode', base.switchMode),
    openShadowCase: note('openShadowCase', base.openShadowCase),
    thread: note('thread', base.thread),
    answer: note('answer', base.answer),
    mayAsk: note('mayAsk', base.mayAsk),
    recordFeedback: note('recordFeedback', base.recordFeedback),
    threadsSetting: note('threadsSetting', base.threadsSetting),
    keepPrepared: note('keepPrepared', base.keepPrepared),
    prepared: note('prepared', base.prepared),
    tuning: base.tuning,
    uninstall: note('uninstall', base.uninstall),
    seenEvent: note('seenEvent', base.seenEvent),
  }
}

export interface SlackWorld {
  readonly slack: LocalSlack
  readonly faults: Faults
  readonly apiUrl: string
  readonly gateway: SlackGateway
  readonly log: ReturnType<typeof keptLog>
}

/** A local Slack with our manifest, and the way out to it. */
export async function aSlackWorld(
  t: TestContext,
  options: { readonly withoutScopes?: readonly string[] } = {},
): Promise<SlackWorld> {
  const faults = createFaults()
  const parsed = parseManifest(JSON.parse(readFileSync('manifest.json', 'utf8')))
  const bot =
    parsed.oauth_config?.scopes?.bot?.filter((scope) => !options.withoutScopes?.includes(scope)) ?? []
  const manifest = { ...parsed, oauth_config: { scopes: { bot } } }
  let baseUrl = ''
  const slack = createSlack({
    disk: temporaryDisk(t),
    clock: standingClock(NOW),
    faults,
    baseUrl: () => baseUrl,
    manifest,
    rateLimitScale: 100,
  })
  const server = createServer((request, response) => {
    slack.handle(request, response).then(
      (handled) => {
        if (!handled) response.writeHead(404).end()
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))),
    )
  })
  server.on('upgrade', (request, socket, head) => {
    if (!slack.upgrade(request, socket, head)) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    await slack.close()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  baseUrl = `http://127.0.0.1:${port}`
  const apiUrl = `${baseUrl}/slack/api/`
  const log = keptLog()
  return { slack, faults, apiUrl, log, gateway: createSlackGateway({ botToken: BOT_TOKEN, apiUrl, log }) }
}

/** The app, connected, until the test ends. */
export async function aConnectedApp(
  t: TestContext,
  world: SlackWorld,
  useCases: UseCases,
): Promise<SlackApp> {
  const app = createSlackApp(world.gateway, {
    appToken: APP_TOKEN,
    useCases,
    clock: { now: () => NOW },
    log: world.log,
  })
  t.after(() => app.stop())
  await app.start()
  return app
}

/** Posts the card of a case; answers with its `ts`. */
export async function aPostedCard(world: SlackWorld, reviewCase: ReviewCase = aCase()): Promise<string> {
  return await world.gateway.desk.postCard(CHANNEL, reviewCase)
}

export interface Seen {
  readonly ok: boolean
  readonly sees: {
    readonly ephemerals: readonly { readonly text: string; readonly blocks?: readonly unknown[] }[]
    readonly messages: readonly { readonly text: string }[]
    readonly view?: {
      readonly id: string
      readonly title: { readonly text: string }
      readonly blocks: readonly unknown[]
    }
    readonly home?: { readonly id: string; readonly hash: string; readonly blocks: readonly unknown[] }
    readonly errors?: Readonly<Record<string, string>>
  }
}

/** Does what a person does, and answers with what they then see. */
export async function act(world: SlackWorld, input: Readonly<Record<string, unknown>>): Promise<Seen> {
  const answer = await world.slack.act(input)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return JSON.parse(JSON.stringify(answer.body))
}

/** Waits for a condition, and fails after a deadline. */
export async function eventually(holds: () => boolean): Promise<void> {
  await waitFor(() => (holds() ? true : undefined))
}

/** Waits until there is something to read, and fails after a deadline. */
export async function waitFor<T>(read: () => T | undefined): Promise<T> {
  const end = performance.now() + DEADLINE_MS
  for (;;) {
    const found = read()
    if (found !== undefined) return found
    if (performance.now() > end) assert.fail('what was waited for did not come in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The person's topmost modal, once there is one that fits. */
export async function modalOf(
  world: SlackWorld,
  userId: string,
  title: RegExp,
): Promise<{ readonly id: string }> {
  return await waitFor(() => {
    const top = world.slack.person(userId)?.modals.at(-1)
    return top !== undefined && title.test(JSON.stringify(top['title'])) ? top : undefined
  })
}

/** The person's home page, once its text fits. */
export async function homeOf(
  world: SlackWorld,
  userId: string,
  text: RegExp,
): Promise<{ readonly id: string }> {
  return await waitFor(() => {
    const home = world.slack.person(userId)?.home ?? undefined
    return home !== undefined && text.test(textsIn(home['blocks']).join('\n')) ? home : undefined
  })
}

/** All that only this person sees, as text, once something new came after the act. */
export async function toldAfter(
  world: SlackWorld,
  input: Readonly<Record<string, unknown>> & { readonly user: string },
): Promise<string> {
  const known = world.slack.person(input.user)?.ephemerals.length ?? 0
  await act(world, input)
  return await waitFor(() => {
    const told = world.slack.person(input.user)?.ephemerals.slice(known) ?? []
    return told.length === 0 ? undefined : textsIn(told).join('\n')
  })
}
