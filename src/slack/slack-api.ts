import { type Logger, LogLevel, WebClient, type WebClientOptions } from '@slack/web-api'
import type { Log } from '../ports.ts'
import type { SlackMethod } from './scopes.ts'
import { responseRefusal, slackError } from './slack-error.ts'

/**
 * Separate clients, because a client's queue stands still while Slack limits it or retries: people who wait
 * for an answer never queue behind cards. Posting is never retried by the client: after a timeout nobody knows
 * whether the message is there, and the one who asked must look first.
 */
const LANES = {
  /** Somebody waits: fail soon, with a sentence. */
  interactive: { timeout: 8_000, retryConfig: { retries: 1, minTimeout: 250 } },
  /** Reads and updates, which may be repeated. */
  steady: { timeout: 15_000, retryConfig: { retries: 3 } },
  /** Posts, which may not. */
  once: { timeout: 15_000, retryConfig: { retries: 0 } },
} as const satisfies Readonly<Record<string, Pick<WebClientOptions, 'timeout' | 'retryConfig'>>>

export type ApiLane = keyof typeof LANES

const RESPONSE_TIMEOUT_MS = 10_000

export interface SlackApi {
  /** Calls a method; throws an UpstreamError for whatever goes wrong. The answer is for the caller to parse. */
  call(lane: ApiLane, method: SlackMethod, args: Readonly<Record<string, unknown>>): Promise<unknown>
  /** Posts to the address that came with a command. */
  respond(url: string, message: Readonly<Record<string, unknown>>): Promise<void>
}

export interface SlackApiOptions {
  readonly botToken: string
  readonly apiUrl: string
  readonly log: Log
}

export function createSlackApi(options: SlackApiOptions): SlackApi {
  const clients = {
    interactive: client(options, 'interactive'),
    steady: client(options, 'steady'),
    once: client(options, 'once'),
  }
  return {
    async call(lane, method, args) {
      try {
        return await clients[lane].apiCall(method, { ...args })
      } catch (error) {
        throw slackError(error, method)
      }
    },
    async respond(url, message) {
      const { status, body } = await post(url, message)
      const refusal = responseRefusal(status, body)
      if (refusal !== null) throw refusal
    },
  }
}

function client({ botToken, apiUrl, log }: SlackApiOptions, lane: ApiLane): WebClient {
  // An options object of its own for each client: the SDK writes defaults into what it is given.
  return new WebClient(botToken, {
    slackApiUrl: apiUrl,
    logger: sdkLogger(log),
    rejectRateLimitedCalls: true,
    timeout: LANES[lane].timeout,
    retryConfig: { ...LANES[lane].retryConfig },
  })
}

async function post(
  url: string,
  message: Readonly<Record<string, unknown>>,
): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(message),
      redirect: 'error',
      signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
    })
    return { status: response.status, body: await response.text() }
  } catch (error) {
    throw slackError(error, 'response_url')
  }
}

/** The SDK's own log lines, at warning and above; below that it would write out what people typed. */
export function sdkLogger(log: Log): Logger {
  const text = (parts: readonly unknown[]): string => parts.map(String).join(' ').slice(0, 500)
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts: readonly unknown[]) => log.warn({ part: 'slack-sdk' }, text(parts)),
    error: (...parts: readonly unknown[]) => log.error({ part: 'slack-sdk' }, text(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  }
}
