import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createWorld, type World, type WorldOptions } from '../../src/sandbox/world.ts'

/** The sandbox world with the real app in it, driven through the sandbox's own HTTP API. */

const LOOK_EVERY_MS = 25
const PATIENCE_MS = 20_000

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

export interface Message {
  readonly ts: string
  readonly text: string
  readonly blocks?: readonly unknown[]
  readonly metadata?: { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> }
  readonly edited?: unknown
  readonly deleted?: boolean
  readonly replies?: readonly Message[]
}

export interface Sees {
  readonly ephemerals: readonly Message[]
  readonly view?: { readonly id: string; readonly [key: string]: unknown }
  readonly errors?: Readonly<Record<string, string>>
  readonly home?: unknown
}

export interface ActResult {
  readonly ok: boolean
  readonly error?: string
  readonly sees?: Sees
}

export interface TestWorld {
  readonly world: World
  /** The parsed body of a GET on the sandbox API. */
  get(path: string): Promise<Readonly<Record<string, unknown>>>
  post(path: string, body: unknown): Promise<Readonly<Record<string, unknown>>>
  act(input: Readonly<Record<string, unknown>>): Promise<ActResult>
  messages(channel?: string): Promise<readonly Message[]>
  /** Live cards, newest last, by the grant id in their metadata. */
  cards(channel?: string): Promise<readonly Message[]>
  /** Events of the review dataset, in order. */
  reviewEvents(name?: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  inject(dataset: string, events: readonly unknown[]): Promise<void>
}

/** Starts a world in a folder of its own, gives it to the work, and takes everything down again. */
export async function withWorld(
  options: Partial<Omit<WorldOptions, 'dir' | 'port'>>,
  work: (testWorld: TestWorld) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-world-'))
  const said: string[] = []
  const world = await createWorld({
    startApp: true,
    scale: { story: false },
    say: (line) => void said.push(line),
    ...options,
    dir,
    port: 0,
  })
  try {
    if (options.startApp !== false)
      assert.equal(await world.untilConnected(), 'connected', `the app did not start:\n${said.join('\n')}`)
    await work(testWorldOf(world))
  } catch (error) {
    process.stderr.write(`${said.slice(-40).join('\n')}\n`)
    throw error
  } finally {
    await world.stop()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

export function testWorldOf(world: World): TestWorld {
  const call = async (path: string, init?: RequestInit): Promise<Readonly<Record<string, unknown>>> => {
    const response = await fetch(`${world.url}/sandbox/api/${path}`, init)
    const body = (await response.json()) as Readonly<Record<string, unknown>>
    assert.ok(response.ok || 'sees' in body, `${path}: ${response.status} ${JSON.stringify(body)}`)
    return body
  }
  const post = (path: string, body: unknown) =>
    call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const messages = async (channel = 'access-reviews') =>
    (await call(`messages?channel=${channel}`))['messages'] as readonly Message[]
  return {
    world,
    get: (path) => call(path),
    post,
    messages,
    async act(input) {
      const response = await fetch(`${world.url}/sandbox/api/act`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      })
      return (await response.json()) as ActResult
    },
    cards: async (channel) =>
      (await messages(channel)).filter((message) => message.metadata?.event_type === 'countersign_review'),
    async reviewEvents(name) {
      const events = (await call('datasets/grant-reviews'))['events'] as readonly Readonly<Record<string, unknown>>[]
      return name === undefined ? events : events.filter((event) => event['event'] === name)
    },
    async inject(dataset, events) {
      await call(`events?dataset=${dataset}`, {
        method: 'POST',
        body: events.map((event) => JSON.stringify(event)).join('\n'),
      })
    },
  }
}
