import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createWorld, type World, type WorldOptions } from '../../src/sandbox/world.ts'

/** The sandbox world with the real app in it, driven through the sandbox's own HTTP API. */

const LOOK_EVERY_MS = 25
const PATIENCE_MS = 20_000
const LINES_SHOWN = 40
/** Tests act faster than people: Slack's limits are tested where they are the subject. */
const RATE_LIMITS = 100

/** Looks again and again until there is an answer; fails with what was waited for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined && found !== false) return found
    if (performance.now() > deadline) assert.fail(`waited in vain for ${what}`)
    await pause(LOOK_EVERY_MS)
  }
}

export type Json = Readonly<Record<string, unknown>>

export interface Message {
  readonly ts: string
  readonly channel: string
  readonly text: string
  readonly blocks?: readonly unknown[]
  readonly metadata?: { readonly event_type: string; readonly event_payload: Json }
  readonly edited?: unknown
  readonly deleted?: boolean
  readonly replies?: readonly Message[]
}

export interface Sees {
  readonly ephemerals: readonly Message[]
  readonly messages: readonly Message[]
  readonly view?: { readonly id: string; readonly [key: string]: unknown }
  readonly home?: { readonly id: string; readonly [key: string]: unknown }
  readonly message?: Message
  readonly errors?: Readonly<Record<string, string>>
}

export interface ActResult {
  readonly ok?: boolean
  readonly error?: string
  readonly sees?: Sees
}

export interface Webhook {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly verdict: string
}

export interface TestWorld {
  readonly world: World
  /** The parsed body of a GET on the sandbox API. */
  get(path: string): Promise<Json>
  post(path: string, body: unknown): Promise<Json>
  /** What a person does; a refusal by Slack itself is an answer without `ok`. */
  act(input: Json): Promise<ActResult>
  messages(channel?: string): Promise<readonly Message[]>
  /** Live cards, newest last. */
  cards(channel?: string): Promise<readonly Message[]>
  /** Events of the review dataset, in order. */
  reviewEvents(name?: string): Promise<readonly Json[]>
  webhooks(): Promise<readonly Webhook[]>
  inject(dataset: string, events: readonly unknown[]): Promise<void>
  faults(change: Json): Promise<void>
  advance(ms: number): Promise<void>
  /** Ends the app in its own time or at once, or starts it and waits for its connection. */
  app(what: 'stop' | 'kill' | 'start'): Promise<void>
}

export type TestWorldOptions = Partial<Omit<WorldOptions, 'port' | 'say'>>

/** Starts a world in a folder of its own, gives it to the work, and takes everything down again. */
export async function withWorld(
  options: TestWorldOptions,
  work: (testWorld: TestWorld) => Promise<void>,
): Promise<void> {
  const opened = await openWorld(options)
  try {
    await work(opened.testWorld)
  } catch (error) {
    opened.showLines()
    throw error
  } finally {
    await opened.close()
  }
}

/** One world for all tests of a file, furnished before the first; what the world said is shown when a test fails. */
export function sharedWorld(
  options: TestWorldOptions,
  furnish: (testWorld: TestWorld) => Promise<void> = async () => undefined,
): () => TestWorld {
  let opened: Awaited<ReturnType<typeof openWorld>> | null = null
  before(async () => {
    opened = await openWorld(options)
    await furnish(opened.testWorld)
  })
  afterEach((context) => {
    if ('passed' in context && context.passed === false) opened?.showLines()
  })
  after(async () => {
    await opened?.close()
  })
  return () => {
    assert.ok(opened !== null, 'the world is there once tests run')
    return opened.testWorld
  }
}

/** A folder for a world that is started more than once. */
export async function inFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-world-'))
  try {
    await work(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function openWorld(options: TestWorldOptions) {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'countersign-world-'))
  const lines: string[] = []
  const world = await createWorld({
    startApp: true,
    say: (line) => void lines.push(line),
    ...options,
    scale: { story: false, history: false, rateLimits: RATE_LIMITS, ...options.scale },
    env: { SCHEDULE: '* * * * * *', ...options.env },
    dir,
    port: 0,
  })
  const showLines = () => void process.stderr.write(`${lines.slice(-LINES_SHOWN).join('\n')}\n`)
  const close = async () => {
    await world.stop()
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
  const testWorld = testWorldOf(world)
  try {
    if (options.startApp !== false) await untilReading(testWorld)
  } catch (error) {
    showLines()
    await close()
    throw error
  }
  return { testWorld, showLines, close }
}

/** What is there when a feed is first read is history: a test that injects earlier would be asked about nothing. */
async function untilReading(testWorld: TestWorld): Promise<void> {
  assert.equal(await testWorld.world.untilConnected(), 'connected', 'the app did not start')
  await until('the first poll', async () => (await testWorld.reviewEvents('poller.heartbeat')).length > 0)
}

export function testWorldOf(world: World): TestWorld {
  const call = async (path: string, init?: RequestInit): Promise<Json> => {
    const response = await fetch(`${world.url}/sandbox/api/${path}`, init)
    const body = (await response.json()) as Json
    assert.ok(response.ok, `${path}: ${response.status} ${JSON.stringify(body)}`)
    return body
  }
  const send = (body: unknown): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const messages = async (channel = 'access-reviews') =>
    (await call(`messages?channel=${channel}`))['messages'] as readonly Message[]
  return {
    world,
    get: (path) => call(path),
    post: (path, body) => call(path, send(body)),
    messages,
    async act(input) {
      const response = await fetch(`${world.url}/sandbox/api/act`, send(input))
      return (await response.json()) as ActResult
    },
    cards: async (channel) =>
      (await messages(channel)).filter(
        (message) => message.metadata?.event_type === 'countersign_review' && message.deleted !== true,
      ),
    async reviewEvents(name) {
      const events = (await call('datasets/grant-reviews'))['events'] as readonly Json[]
      return name === undefined ? events : events.filter((event) => event['event'] === name)
    },
    webhooks: async () => (await call('webhooks'))['webhooks'] as readonly Webhook[],
    async inject(dataset, events) {
      const body = events.map((event) => JSON.stringify(event)).join('\n')
      const { ingested } = await call(`events?dataset=${dataset}`, { method: 'POST', body })
      assert.equal(ingested, events.length)
    },
    async faults(change) {
      await call('faults', send(change))
    },
    async advance(advanceMs) {
      await call('clock', send({ advanceMs }))
    },
    async app(what) {
      await call('app', send({ do: what }))
      if (what === 'start')
        assert.equal(await world.untilConnected(), 'connected', 'the app did not start again')
    },
  }
}
