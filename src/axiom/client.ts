import { AxiomWithoutBatching } from '@axiomhq/js'
import { z } from 'zod'
import { retryAfterMs } from '../domain/retry-after.ts'
import { type Clock, UpstreamError } from '../ports.ts'

export interface AxiomConnection {
  readonly token: string
  /** Null is Axiom's own cloud. */
  readonly url: string | null
  /** Where ingest and queries go when that differs from `url`. */
  readonly edgeUrl: string | null
  readonly organisationId: string | null
}

/** Bounds the events' own time, the only indexed one. Epoch milliseconds, the end is exclusive. */
export interface TimeWindow {
  readonly timeFrom: number
  readonly timeTo: number
}

interface AxiomAnswer {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** True when Axiom could not look at all of the window. */
  readonly partial: boolean
}

/** Axiom's two calls that the running app needs. Whatever fails is thrown as an UpstreamError. */
export interface Axiom {
  query(apl: string, window: TimeWindow): Promise<AxiomAnswer>
  /** Resolves only when Axiom has accepted every event whole. */
  ingest(dataset: string, events: readonly object[]): Promise<void>
}

/** What the wire said during one call, since the SDK keeps too little of it in its errors. */
interface Exchange {
  status: number | null
  retryAfterMs: number | null
}

export function createAxiom(connection: AxiomConnection, ports: { readonly clock: Clock }): Axiom {
  const call = async <T>(what: string, work: (sdk: AxiomWithoutBatching) => Promise<T>): Promise<T> => {
    const exchange: Exchange = { status: null, retryAfterMs: null }
    // A client costs nothing; one for each call keeps what the wire said of calls at the same time apart.
    return await work(openSdk(connection, exchange, ports.clock)).catch((error: unknown) => {
      throw failureOf(what, exchange, error)
    })
  }
  return {
    query: (apl, window) =>
      call('a query', async (sdk) => {
        const answer = await sdk.query(apl, {
          startTime: new Date(window.timeFrom).toISOString(),
          endTime: new Date(window.timeTo).toISOString(),
          noCache: true,
        })
        return readAnswer(answer)
      }),
    ingest: (dataset, events) =>
      call('an ingest', async (sdk) => {
        const status = statusSchema.parse(await sdk.ingest(encodeURIComponent(dataset), [...events]))
        const loss = lossOf(status, events.length)
        if (loss !== null) throw new Error(loss)
      }),
  }
}

function openSdk(connection: AxiomConnection, exchange: Exchange, clock: Clock): AxiomWithoutBatching {
  const { token, url, edgeUrl, organisationId } = connection
  return new AxiomWithoutBatching({
    token,
    ...(url !== null && { url }),
    ...(edgeUrl !== null && { edgeUrl }),
    ...(organisationId !== null && { orgId: organisationId }),
    // Without a handler that throws, the SDK swallows every failure of an ingest and resolves.
    onError: (error) => {
      throw error
    },
    fetch: async (input, init) => {
      exchange.status = null
      const response = await fetch(input, init)
      exchange.status = response.status
      exchange.retryAfterMs = waitOf(response.headers, clock.now())
      return response
    },
  })
}

const MESSAGE_CHARACTERS_MAX = 300
/** Plan limits (430) and queries out of memory (432) pass with time; wrong calls and keys do not. */
const PASSING_STATUSES: readonly number[] = [408, 425, 429, 430, 432]

function failureOf(what: string, exchange: Exchange, cause: unknown): UpstreamError {
  const { status } = exchange
  const detail = cause instanceof Error ? cause.message.slice(0, MESSAGE_CHARACTERS_MAX) : 'no reason given'
  const isAnswered = status !== null && status >= 400
  return new UpstreamError(
    'axiom',
    isAnswered ? `Axiom answered ${status} to ${what}: ${detail}` : `Axiom failed ${what}: ${detail}`,
    {
      retryable: !isAnswered || status >= 500 || PASSING_STATUSES.includes(status),
      ...(isAnswered && { status }),
      ...(exchange.retryAfterMs !== null && { retryAfterMs: exchange.retryAfterMs }),
      cause,
    },
  )
}

const RESET_HEADERS = ['x-querylimit-reset', 'x-ingestlimit-reset', 'x-ratelimit-reset'] as const

/** How long to wait after a refusal for rate or plan: what the server asks for, else when its limit resets. */
function waitOf(headers: Headers, now: number): number | null {
  const asked = retryAfterMs(headers.get('retry-after'), now)
  if (asked !== null) return asked
  for (const name of RESET_HEADERS) {
    const seconds = Number(headers.get(name) ?? Number.NaN)
    const isSpent = headers.get(name.replace('-reset', '-remaining')) === '0'
    if (isSpent && Number.isSafeInteger(seconds))
      return retryAfterMs(String(Math.max(0, seconds - Math.floor(now / 1_000))), now)
  }
  return null
}

const answerSchema = z.object({
  status: z.object({ isPartial: z.boolean().default(false) }),
  tables: z.array(
    z.object({
      fields: z.array(z.object({ name: z.string() })),
      columns: z.array(z.array(z.unknown())).nullish(),
    }),
  ),
})

/** The rows of a tabular answer, without what is null: Axiom names every field of the dataset in every row. */
function readAnswer(answer: unknown): AxiomAnswer {
  const { status, tables } = answerSchema.parse(answer)
  const [table] = tables
  const columns = table?.columns ?? []
  const names = table?.fields.map((field) => field.name) ?? []
  const rows: Record<string, unknown>[] = []
  for (let row = 0; row < (columns[0]?.length ?? 0); row += 1) {
    const present = names.flatMap((name, column) => {
      const value = columns[column]?.[row]
      return value === null || value === undefined ? [] : [[name, value] as const]
    })
    rows.push(Object.fromEntries(present))
  }
  return { rows, partial: status.isPartial }
}

const statusSchema = z.object({
  ingested: z.number(),
  failed: z.number(),
  failures: z.array(z.object({ error: z.string().default('no reason given') })).nullish(),
  messages: z.array(z.object({ code: z.string().nullish() })).nullish(),
})

/** What of an ingest was not kept whole; null when all was. */
function lossOf(status: z.infer<typeof statusSchema>, sent: number): string | null {
  if (status.messages?.some((message) => message.code?.startsWith('schema_rules_drop') === true))
    return 'a schema rule of the dataset dropped fields'
  if (status.failed > 0)
    return `it did not take ${status.failed} of ${sent} events: ${status.failures?.[0]?.error ?? 'no reason given'}`
  return status.ingested === sent ? null : `it took ${status.ingested} of ${sent} events`
}
