import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api'
import { UpstreamError } from '../ports.ts'

/** Slack understood the call and said no; `code` is Slack's word for why. */
export class SlackRefusal extends UpstreamError {
  readonly code: string

  constructor(
    code: string,
    options: { method: string; retryable: boolean; status?: number; cause?: unknown },
  ) {
    super('slack', `Slack refused ${options.method}: ${code}`, options)
    this.name = 'SlackRefusal'
    this.code = code
  }
}

/** Refusals that are no answer to what was asked: the same call may succeed later. */
const PASSING_CODES: readonly string[] = [
  'fatal_error',
  'internal_error',
  'ratelimited',
  'rate_limited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]

const CODE = /^[a-z][a-z0-9_]{1,60}$/

/** What a failed call means to the app: an UpstreamError that says whether trying again makes sense. */
export function slackError(error: unknown, method: string): UpstreamError {
  if (error instanceof UpstreamError) return error
  if (error instanceof WebAPIRateLimitedError)
    return new UpstreamError('slack', `Slack limits the rate of ${method}`, {
      retryable: true,
      status: 429,
      retryAfterMs: error.retryAfter * 1_000,
      cause: error,
    })
  if (error instanceof WebAPIHTTPError)
    return new UpstreamError('slack', `Slack answered ${method} with HTTP ${error.statusCode}`, {
      retryable: error.statusCode >= 500 || error.statusCode === 408,
      status: error.statusCode,
      cause: error,
    })
  if (error instanceof WebAPIPlatformError) {
    const { error: code } = error.data
    // A body that is no Slack answer at all (a proxy's page) stands where the code should be.
    if (!CODE.test(code))
      return new UpstreamError('slack', `Slack did not answer ${method} in its own words`, {
        retryable: true,
        cause: error,
      })
    return new SlackRefusal(code, { method, retryable: PASSING_CODES.includes(code), cause: error })
  }
  return new UpstreamError('slack', `Slack could not be reached for ${method}`, {
    retryable: true,
    cause: error,
  })
}

export function isRefusal(error: unknown, ...codes: readonly string[]): error is SlackRefusal {
  return error instanceof SlackRefusal && codes.includes(error.code)
}

/** The refusal that a response_url's answer amounts to; null when Slack took the message. */
export function responseRefusal(status: number, body: string): SlackRefusal | null {
  const code = /"error"\s*:\s*"([a-z0-9_]+)"/.exec(body)?.[1] ?? (CODE.test(body.trim()) ? body.trim() : null)
  const isRefused = /"ok"\s*:\s*false/.test(body)
  if (status >= 200 && status < 300 && !isRefused) return null
  return new SlackRefusal(code ?? `http_${status}`, {
    method: 'response_url',
    retryable: status >= 500,
    status,
  })
}
