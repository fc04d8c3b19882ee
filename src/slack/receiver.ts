import { setTimeout as pause } from 'node:timers/promises'
import { SocketModeReceiver } from '@slack/bolt'
import { z } from 'zod'
import type { Log } from '../ports.ts'
import { sdkLogger } from './slack-api.ts'
import { slackError } from './slack-error.ts'

/** Waits between attempts to connect; the last one repeats for as long as it takes. */
const BACK_OFF_MS = [0, 250, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000] as const
/** Slack greets a new connection at once; without a greeting the attempt is given up. */
const GREETING_TIMEOUT_MS = 20_000
const OPEN_TIMEOUT_MS = 10_000
const STOP_WAIT_MS = 2_000

export interface SocketConnection {
  readonly receiver: SocketModeReceiver
  /** Connects; throws when Slack refuses the credentials, and keeps trying when Slack is merely away. */
  start(): Promise<void>
  /** Resolves when the socket is closed, which the receiver's own stop does not wait for. */
  stop(): Promise<void>
  connected(): boolean
}

export interface ConnectionOptions {
  readonly appToken: string
  readonly apiUrl: string
  readonly log: Log
  /** Runs before each attempt; what it throws fails the attempt. */
  prepare(): Promise<void>
}

/**
 * Socket Mode with a reconnect loop of our own: the SDK's leaves five seconds without a socket after every
 * routine disconnect, may wait tens of minutes, and ends the process when the token is refused meanwhile.
 */
export function createConnection(options: ConnectionOptions): SocketConnection {
  const { log } = options
  const receiver = createReceiver(options)
  const { client } = receiver
  const stopping = new AbortController()
  let isConnected = false
  let isTrying = false
  let loop: Promise<void> = Promise.resolve()

  const attempt = async (): Promise<void> => {
    await options.prepare()
    if (stopping.signal.aborted) return
    await greeted(client)
    if (stopping.signal.aborted) await client.disconnect()
  }
  const keepTrying = async (): Promise<void> => {
    isTrying = true
    for (let turn = 0; !isConnected && !stopping.signal.aborted; turn += 1) {
      await waitBefore(turn, stopping.signal)
      if (stopping.signal.aborted) break
      await attempt().catch((error: unknown) => {
        log.warn(
          { turn, error: slackError(error, 'apps.connections.open') },
          'Slack is not connected; trying again',
        )
      })
    }
    isTrying = false
  }
  client.on('connected', () => {
    isConnected = true
    log.info({}, 'Connected to Slack')
  })
  client.on('disconnected', () => {
    isConnected = false
    if (!isTrying && !stopping.signal.aborted) loop = keepTrying()
  })
  return {
    receiver,
    connected: () => isConnected,
    async start() {
      isTrying = true
      try {
        await attempt()
      } catch (error) {
        const cause = slackError(error, 'apps.connections.open')
        if (!cause.retryable) throw cause
        log.warn({ error: cause }, 'Slack is away at the start; trying again')
      } finally {
        isTrying = false
      }
      if (!isConnected && !stopping.signal.aborted) loop = keepTrying()
    },
    async stop() {
      stopping.abort()
      await client.disconnect()
      // An attempt under way notices the stop when its call returns; nobody need wait for that.
      await Promise.race([loop, pause(STOP_WAIT_MS, undefined, { ref: false })])
    },
  }
}

function createReceiver({ appToken, apiUrl, log }: ConnectionOptions): SocketModeReceiver {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: sdkLogger(log),
    autoReconnectEnabled: false,
    // An options object of its own: the SDK writes its defaults into it.
    installerOptions: {
      clientOptions: { slackApiUrl: apiUrl, timeout: OPEN_TIMEOUT_MS, retryConfig: { retries: 1 } },
    },
    // Never acknowledge what failed: events come again, and acknowledging may itself fail.
    processEventErrorHandler: async ({ error }) => {
      log.error({ error }, 'A Slack envelope could not be handled')
      return false
    },
  })
  guardMessages(receiver.client, log)
  return receiver
}

type SocketClient = SocketModeReceiver['client']

async function greeted(client: SocketClient): Promise<void> {
  const timer = new AbortController()
  const started = client.start()
  const late = pause(GREETING_TIMEOUT_MS, 'late' as const, { signal: timer.signal }).catch(
    () => 'cancelled' as const,
  )
  try {
    if ((await Promise.race([started, late])) !== 'late') return
  } finally {
    timer.abort()
  }
  // Closing makes the pending start fail, so its failure is the attempt's.
  await client.disconnect()
  await started
}

async function waitBefore(turn: number, signal: AbortSignal): Promise<void> {
  const ms = BACK_OFF_MS[Math.min(turn, BACK_OFF_MS.length - 1)] ?? 0
  // An abort ends the wait early; the loop looks at the signal itself.
  await pause(ms, undefined, { signal }).catch(() => undefined)
}

const envelope = z.looseObject({
  type: z.string(),
  envelope_id: z.string().optional(),
  payload: z.unknown().optional(),
})
const eventPayload = z.looseObject({ event: z.looseObject({ type: z.string() }) })

/**
 * The SDK reads `payload.event.type` of every event without looking, so an envelope without an inner event
 * (`app_rate_limited`) would end the process. Such envelopes are acknowledged here and go no further.
 */
function guardMessages(client: SocketClient, log: Log): void {
  const [deliver] = client.listeners('ws_message')
  client.removeAllListeners('ws_message')
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    const read = isBinary ? null : envelope.safeParse(parseJson(data))
    if (
      read?.success &&
      read.data.type === 'events_api' &&
      !eventPayload.safeParse(read.data.payload).success
    ) {
      log.warn({ envelope: read.data.envelope_id }, 'Slack sent an envelope without an event')
      acknowledge(client, read.data.envelope_id, log)
      return
    }
    Promise.resolve(deliver?.(data, isBinary)).catch((error: unknown) => {
      log.error({ error }, 'A message from Slack could not be read')
    })
  })
}

function acknowledge(client: SocketClient, envelopeId: string | undefined, log: Log): void {
  if (envelopeId === undefined) return
  client.websocket?.send(JSON.stringify({ envelope_id: envelopeId, payload: {} }), (error) => {
    if (error !== undefined && error !== null) log.warn({ error }, 'An envelope could not be acknowledged')
  })
}

function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return null
  try {
    return JSON.parse(data)
  } catch {
    // Not JSON: the SDK ignores it as well.
    return null
  }
}
