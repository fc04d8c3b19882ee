import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { WebClient } from '@slack/web-api'
import { createWorldClock, type WorldClock } from '../../../src/sandbox/clock.ts'
import { openDisk } from '../../../src/sandbox/disk.ts'
import { createFaults, type Faults } from '../../../src/sandbox/faults.ts'
import { APP_TOKEN, BOT_TOKEN } from '../../../src/sandbox/slack/cast.ts'
import { createSlack, type LocalSlack } from '../../../src/sandbox/slack/slack.ts'
import { temporaryDirectory } from '../serve.ts'

const SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'groups:history',
  'im:history',
  'im:write',
  'usergroups:read',
  'users:read',
  'users:read.email',
]

export interface Local {
  readonly slack: LocalSlack
  readonly clock: WorldClock
  readonly faults: Faults
  readonly baseUrl: string
  readonly apiUrl: string
  readonly client: WebClient
  /** Registers what has to end before the server does. */
  beforeStop(end: () => Promise<unknown>): void
}

interface Wanted {
  readonly directory?: string
  readonly scopes?: readonly string[]
  readonly rateLimitScale?: number
}

/** A local Slack behind a real server, with a real WebClient of the app. */
export async function localSlack(
  t: TestContext,
  wanted: Wanted = {},
): Promise<Local & { stop(): Promise<void> }> {
  const directory = wanted.directory ?? temporaryDirectory(t)
  const disk = openDisk(directory)
  const clock = createWorldClock(join(directory, 'clock'))
  const faults = createFaults()
  const server = createServer()
  let baseUrl = ''
  const slack = createSlack({
    disk,
    clock,
    faults,
    baseUrl: () => baseUrl,
    manifest: manifest(wanted.scopes ?? SCOPES),
    rateLimitScale: wanted.rateLimitScale ?? 1,
  })
  server.on('request', (request, response) => {
    slack.handle(request, response).then(
      (isHandled) => isHandled || response.writeHead(404).end(),
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    )
  })
  server.on('upgrade', (request, socket, head) => {
    if (!slack.upgrade(request, socket, head)) socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert(typeof address === 'object' && address !== null)
  baseUrl = `http://127.0.0.1:${address.port}`
  const apiUrl = `${baseUrl}/slack/api/`
  const ends: (() => Promise<unknown>)[] = []
  const beforeStop = (end: () => Promise<unknown>) => void ends.push(end)
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    for (const end of ends) await end()
    await slack.close()
    server.closeAllConnections()
    server.close()
    disk.close()
  }
  t.after(stop)
  return { slack, clock, faults, baseUrl, apiUrl, client: webClient(apiUrl), beforeStop, stop }
}

export function webClient(apiUrl: string, token = BOT_TOKEN): WebClient {
  return new WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: silent,
  })
}

/** A real Bolt app in Socket Mode that reconnects at once, as ours does. */
export async function boltApp(
  local: Pick<Local, 'apiUrl' | 'beforeStop'>,
  listeners: (app: App) => void,
): Promise<{ app: App; receiver: SocketModeReceiver }> {
  const clientOptions = () => ({ slackApiUrl: local.apiUrl, timeout: 5000, retryConfig: { retries: 0 } })
  const receiver = new SocketModeReceiver({
    appToken: APP_TOKEN,
    autoReconnectEnabled: false,
    logger: silent,
    installerOptions: { clientOptions: clientOptions() },
  })
  const app = new App({
    receiver,
    token: BOT_TOKEN,
    clientOptions: clientOptions(),
    logger: silent,
    deferInitialization: true,
  })
  listeners(app)
  await app.init()
  await app.start()
  local.beforeStop(() => receiver.client.disconnect())
  return { app, receiver }
}

const nothing = () => undefined
const silent = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
}

function manifest(scopes: readonly string[]) {
  return {
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      slash_commands: [{ command: '/grants' }],
    },
    oauth_config: { scopes: { bot: [...scopes] } },
    settings: {
      event_subscriptions: {
        bot_events: [
          'agent_session_stopped',
          'app_home_opened',
          'app_mention',
          'message.channels',
          'message.groups',
          'message.im',
        ],
      },
      interactivity: { is_enabled: true },
    },
  }
}

/** The body of an act that a real person could do. */
export async function act(local: Pick<Local, 'slack'>, input: Readonly<Record<string, unknown>>) {
  const { status, body } = await local.slack.act(input)
  assert.equal(status, 200, JSON.stringify(body))
  return body as ActBody
}

interface ActBody {
  readonly ok: boolean
  readonly error?: string
  readonly sees: {
    readonly ephemerals: readonly { readonly ts: string; readonly text: string }[]
    readonly messages: readonly { readonly ts: string; readonly text: string }[]
    readonly message?: { readonly ts: string; readonly text: string }
    readonly view?: { readonly id: string; readonly callback_id: string }
    readonly home?: { readonly id: string }
    readonly errors?: Readonly<Record<string, string>>
  }
}

/** Waits for a condition that another process or socket brings about. */
export async function until(what: string, holds: () => boolean, deadlineMs = 3000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!holds()) {
    if (performance.now() > deadline) throw new assert.AssertionError({ message: `not in time: ${what}` })
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Matches the error that a WebClient throws for `ok: false`. */
export function refusal(error: string, detail?: RegExp) {
  return (thrown: { data?: { error?: string } }) => {
    assert.equal(thrown.data?.error, error)
    if (detail !== undefined) assert.match(JSON.stringify(thrown.data), detail)
    return true
  }
}
