import type { RawValue } from './form-values.ts'
import type { Fields } from './json.ts'
import { fields, records, text } from './json.ts'

const ROOT = '/sandbox/api'
const LISTEN_AGAIN_MS = 5000

/** A refusal in the words of the world, or the news that the world cannot be reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
}

export type Act =
  | {
      readonly type: 'button'
      readonly messageTs?: string
      readonly viewId?: string
      readonly blockId: string
      readonly actionId: string
      readonly value?: RawValue
      readonly values?: Readonly<Record<string, Readonly<Record<string, RawValue>>>>
    }
  | { readonly type: 'command'; readonly channel: string; readonly text: string }
  | { readonly type: 'message'; readonly channel: string; readonly text: string; readonly threadTs?: string }
  | {
      readonly type: 'submit'
      readonly viewId: string
      readonly values: Readonly<Record<string, Readonly<Record<string, RawValue>>>>
    }
  | { readonly type: 'close'; readonly viewId: string }
  | { readonly type: 'stop'; readonly channel: string; readonly threadTs: string }
  | { readonly type: 'home'; readonly tab?: 'home' | 'messages' }

export interface ActResult {
  readonly ok: boolean
  /** Why the app did not do it, in the words that Slack shows; empty when it did. */
  readonly error: string
  /** What a refused submission says, by block id. */
  readonly errors: ReadonlyMap<string, string>
}

async function call(path: string, init?: RequestInit): Promise<Fields> {
  let response: Response
  try {
    response = await fetch(`${ROOT}${path}`, init)
  } catch (cause) {
    throw new ApiError('The sandbox world does not answer. Is `npm run sandbox` still running?', { cause })
  }
  const body = fields(await response.json().catch(() => undefined))
  if (response.ok) return body
  throw new ApiError(text(body['error']) || `The sandbox world answered with status ${response.status}.`)
}

function post(path: string, body: unknown): Promise<Fields> {
  return call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

export const api = {
  state: () => call('/state'),
  async messages(channel: string): Promise<readonly Fields[]> {
    return records((await call(`/messages?channel=${encodeURIComponent(channel)}`))['messages'])
  },
  person: (user: string) => call(`/person?user=${encodeURIComponent(user)}`),
  async act(user: string, act: Act): Promise<ActResult> {
    const body = await post('/act', { user, ...act })
    const errors = fields(fields(body['sees'])['errors'])
    return {
      ok: body['ok'] !== false,
      error: text(body['message']) || text(body['error']),
      errors: new Map(Object.entries(errors).map(([blockId, error]) => [blockId, text(error)])),
    }
  },
  scenario: (id: string, grantee?: string) => post('/scenario', { id, grantee }),
  ingest: (dataset: string, ndjson: string) =>
    call(`/events?dataset=${encodeURIComponent(dataset)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: ndjson,
    }),
  async events(dataset: string): Promise<readonly Fields[]> {
    return records((await call(`/datasets/${encodeURIComponent(dataset)}`))['events'])
  },
  async webhooks(): Promise<readonly Fields[]> {
    return records((await call('/webhooks'))['webhooks'])
  },
  app: (what: 'start' | 'stop' | 'kill') => post('/app', { do: what }),
  advance: (advanceMs: number) => post('/clock', { advanceMs }),
  faults: (change: Readonly<Record<string, readonly string[]>>) => post('/faults', change),
}

export type Api = typeof api

/** Calls `onChange` at every change of the world and whenever the connection is made anew. */
export function listen(handlers: { onChange(): void; onLost(): void }): void {
  const stream = new EventSource(`${ROOT}/stream`)
  stream.addEventListener('change', handlers.onChange)
  stream.addEventListener('open', handlers.onChange)
  stream.addEventListener('error', () => {
    handlers.onLost()
    // A browser tries again by itself, but not after a refusal.
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(handlers), LISTEN_AGAIN_MS)
  })
}
