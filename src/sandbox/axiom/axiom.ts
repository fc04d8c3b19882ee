import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { WorldClock } from '../clock.ts'
import type { Disk } from '../disk.ts'
import { answerJson, parseJson, readBody, urlOf } from '../exchange.ts'
import type { Faults } from '../faults.ts'
import { createDatasets, EVENTS_PER_BATCH_MAX, type IngestStatus } from './datasets.ts'
import { answerQuery } from './query.ts'
import { createResources, type ResourceRequest } from './resources.ts'
import type { Row } from './row.ts'

export const SANDBOX_AXIOM_TOKEN = 'xaat-sandbox'

const BODY_BYTES_MAX = 64 * 1024 * 1024
const QUERIES_KEPT_MAX = 10_000
const RETRY_AFTER_SECONDS = 1

export interface QueryRecord {
  readonly dataset: string
  readonly apl: string
  readonly at: number
}

export interface LocalAxiom {
  /** Handles /v1/* and /v2/*; false when the path is not Axiom's. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  /** Sets `_time` (from the event, else now) and `_sysTime`; creates no dataset: an unknown one throws. */
  append(dataset: string, events: readonly unknown[]): { ingested: number }
  create(dataset: string): void
  events(dataset: string): readonly Record<string, unknown>[] | undefined
  datasets(): { name: string; count: number }[]
  onChange(listener: () => void): void
  /** The latest queries that were answered, oldest first. */
  usage(): { queries: QueryRecord[] }
}

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: OutgoingHttpHeaders
}

/** An Axiom over real HTTP that keeps what it is sent and refuses what Axiom, or our own few query shapes, would. */
export function createAxiom(options: { disk: Disk; clock: WorldClock; faults: Faults }): LocalAxiom {
  const { disk, clock, faults } = options
  const datasets = createDatasets({ disk, clock })
  const resources = createResources({ disk, datasets, now: clock.now })
  const listeners: (() => void)[] = []
  const queries: QueryRecord[] = []
  // Rows that arrived while `late` was on: they keep the `_sysTime` of their arrival and turn up afterwards.
  const late = new Set<Row>()
  faults.onChange(() => {
    if (!faults.has('axiom', 'late')) late.clear()
  })
  const changed = () => listeners.forEach((listener) => void listener())

  const ingest = (name: string, events: readonly unknown[]) => {
    const { status, rows } = datasets.ingest(name, events)
    if (faults.has('axiom', 'late')) for (const row of rows) late.add(row)
    changed()
    return status
  }

  const query = (body: unknown): Answer => {
    const view = {
      dataset: datasets.get,
      isVisible: (row: Row) => !late.has(row),
      isPartial: faults.has('axiom', 'partial'),
    }
    const answer = answerQuery(view, body)
    if (answer.asked !== undefined) queries.push({ ...answer.asked, at: clock.now() })
    if (queries.length > QUERIES_KEPT_MAX) queries.shift()
    if (answer.status === 200)
      return { status: 200, body: answer.body, headers: { 'x-axiom-query-cost-gbms': '1' } }
    return problem(answer.status, answer.problem)
  }

  const world: World = { has: (name) => datasets.get(name) !== undefined, ingest, query, resources, changed }

  return {
    async handle(request, response) {
      const { pathname } = urlOf(request)
      if (!pathname.startsWith('/v1/') && !pathname.startsWith('/v2/')) return false
      // The body is read first in every case, so that the connection can serve the next request.
      const body = await readBody(request, BODY_BYTES_MAX)
      const answer =
        'problem' in body
          ? problem(body.status, body.problem)
          : (refusal(request, faults, clock.now()) ?? route(world, request, body.text))
      if (answer.status === 204) response.writeHead(204).end()
      else answerJson(response, answer.status, answer.body, answer.headers)
      return true
    },
    append: (dataset, events) => ({ ingested: ingest(dataset, events).ingested }),
    create(dataset) {
      if (datasets.create(dataset) !== undefined) changed()
    },
    events: (dataset) => datasets.get(dataset)?.rows,
    datasets: () => datasets.all().map((one) => ({ name: one.view.name, count: one.rows.length })),
    onChange: (listener) => void listeners.push(listener),
    usage: () => ({ queries: [...queries] }),
  }
}

interface World {
  has(dataset: string): boolean
  ingest(dataset: string, events: readonly unknown[]): IngestStatus
  query(body: unknown): Answer
  resources(request: ResourceRequest): Answer
  changed(): void
}

function route(world: World, request: IncomingMessage, text: string): Answer {
  const { pathname, searchParams } = urlOf(request)
  const [version = '', ...path] = pathname.slice(1).split('/').map(decodeSegment)
  const { method = 'GET' } = request
  if (version === 'v2') {
    const answer = world.resources({ method, path, body: parseJson(text) })
    if (method !== 'GET' && answer.status < 300) world.changed()
    return answer
  }
  if (method !== 'POST') return problem(404, 'not found')
  const target = ingestTarget(path)
  if (target !== undefined) return ingestInto(world, target, { type: request.headers['content-type'], text })
  if (!isQueryPath(path)) return problem(404, 'not found')
  if (searchParams.get('format') !== 'tabular') return problem(400, 'format must be tabular')
  return world.query(parseJson(text))
}

function ingestInto(world: World, dataset: string, body: { type: string | undefined; text: string }): Answer {
  if (!world.has(dataset)) return problem(404, `dataset ${dataset} not found`)
  const events = eventsOf(body.type ?? '', body.text)
  if (!Array.isArray(events)) return events
  const processedBytes = Buffer.byteLength(body.text)
  return {
    status: 200,
    body: { ...world.ingest(dataset, events), processedBytes, blocksCreated: 0, walLength: 0 },
  }
}

function problem(status: number, message: string): Answer {
  return { status, body: { code: status, message } }
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    if (error instanceof URIError) return segment
    throw error
  }
}

function ingestTarget(path: readonly string[]): string | undefined {
  const [kind, second, third, ...rest] = path
  if (rest.length > 0) return undefined
  if (kind === 'datasets' && third === 'ingest') return second
  return kind === 'ingest' && third === undefined ? second : undefined
}

function isQueryPath(path: readonly string[]): boolean {
  const joined = path.join('/')
  return joined === 'datasets/_apl' || joined === 'query/_apl'
}

/** Token and faults come before anything else, as a gateway would have it. */
function refusal(request: IncomingMessage, faults: Faults, now: number): Answer | undefined {
  const given = Buffer.from(request.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${SANDBOX_AXIOM_TOKEN}`)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    return problem(401, 'authorization failed: the token is not known')
  if (faults.has('axiom', '5xx')) return problem(503, 'service unavailable')
  if (!faults.has('axiom', '429')) return undefined
  const reset = String(Math.ceil(now / 1000) + RETRY_AFTER_SECONDS)
  const limits = ['Query', 'Ingest', 'Rate'].flatMap((kind) => {
    const name = kind === 'Rate' ? 'x-ratelimit' : `x-${kind.toLowerCase()}limit`
    return [
      [`${name}-limit`, '500'],
      [`${name}-remaining`, '0'],
      [`${name}-reset`, reset],
    ]
  })
  const headers = {
    ...Object.fromEntries(limits),
    'retry-after': String(RETRY_AFTER_SECONDS),
    'x-ratelimit-scope': 'organization',
  }
  return { ...problem(429, 'rate limit exceeded'), headers }
}

/** The events of an ingest body, or the refusal. */
function eventsOf(contentType: string, text: string): unknown[] | Answer {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json' && type !== 'application/x-ndjson')
    return problem(
      415,
      `content type ${contentType} is not known; send application/json or application/x-ndjson`,
    )
  const events = type === 'application/json' ? jsonEvents(text) : lineEvents(text)
  if (Array.isArray(events) && events.length > EVENTS_PER_BATCH_MAX)
    return problem(400, `a batch holds ${EVENTS_PER_BATCH_MAX} events at most`)
  return events
}

function jsonEvents(text: string): unknown[] | Answer {
  const value = parseJson(text)
  if (value === undefined) return problem(400, 'the body is no JSON')
  return Array.isArray(value) ? value : [value]
}

function lineEvents(text: string): unknown[] | Answer {
  const events: unknown[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const event = parseJson(line)
    if (event === undefined) return problem(400, `line ${index + 1} is no JSON`)
    events.push(event)
  }
  return events
}
