import { randomUUID } from 'node:crypto'
import type { Disk } from '../disk.ts'
import { isRecord } from '../exchange.ts'
import type { Datasets, DatasetView } from './datasets.ts'

export interface ResourceRequest {
  readonly method: string
  /** The path's segments after `/v2/`, decoded. */
  readonly path: readonly string[]
  readonly body: unknown
}

export interface ResourceAnswer {
  readonly status: number
  readonly body?: unknown
}

type Document = Readonly<Record<string, unknown>>

const MONITOR_TYPES: readonly unknown[] = ['Threshold', 'MatchEvent', 'AnomalyDetection']
const DASHBOARD_KEYS = [
  'name',
  'owner',
  'charts',
  'layout',
  'refreshTime',
  'schemaVersion',
  'timeWindowStart',
  'timeWindowEnd',
] as const

const notFound: ResourceAnswer = { status: 404, body: { code: 404, message: 'not found' } }

function refused(status: number, message: string): ResourceAnswer {
  return { status, body: { code: status, message } }
}

/** The management endpoints that provisioning uses: datasets, map fields, monitors, dashboards, notifiers. */
export function createResources(options: {
  disk: Disk
  datasets: Datasets
  now: () => number
}): (request: ResourceRequest) => ResourceAnswer {
  const { disk, datasets } = options
  const monitors = disk.collection<Document>('axiom:monitors')
  const notifiers = disk.collection<Document>('axiom:notifiers')
  const dashboards = disk.collection<Document>('axiom:dashboards')
  const stamp = () => ({ createdAt: new Date(options.now()).toISOString(), createdBy: 'sandbox' })

  return (request) => {
    const [kind = '', ...rest] = request.path
    const inner = { ...request, path: rest }
    switch (kind) {
      case 'datasets':
        return answerDatasets(datasets, inner)
      case 'monitors':
        return answerDocuments(monitors, inner, { stamp, problem: monitorProblem })
      case 'notifiers':
        return answerDocuments(notifiers, inner, { stamp, problem: nameProblem })
      case 'dashboards':
        return answerDashboards(dashboards, inner, stamp)
      default:
        return notFound
    }
  }
}

function answerDatasets(datasets: Datasets, request: ResourceRequest): ResourceAnswer {
  const [name, part] = request.path
  if (name === undefined) {
    if (request.method === 'GET') return { status: 200, body: datasets.all().map((one) => one.view) }
    return request.method === 'POST' ? createDataset(datasets, request.body) : refused(405, 'use GET or POST')
  }
  const dataset = datasets.get(name)
  if (dataset === undefined) return refused(404, `dataset ${name} not found`)
  if (part === 'mapfields') return answerMapFields(datasets, dataset.view, request)
  if (part === 'fields' && request.method === 'GET')
    return { status: 200, body: [...dataset.fields].map((field) => ({ name: field, type: 'unknown' })) }
  if (part !== undefined) return notFound
  if (request.method === 'GET') return { status: 200, body: dataset.view }
  if (request.method === 'PUT')
    return { status: 200, body: datasets.update(name, datasetSettings(request.body)) }
  if (request.method !== 'DELETE') return refused(405, 'use GET, PUT or DELETE')
  datasets.delete(name)
  return { status: 204 }
}

function createDataset(datasets: Datasets, body: unknown): ResourceAnswer {
  const name = isRecord(body) ? body['name'] : undefined
  if (typeof name !== 'string') return refused(400, 'a dataset needs a name')
  if (datasets.get(name) !== undefined) return refused(409, `dataset ${name} already exists`)
  const view = datasets.create(name, datasetSettings(body))
  return view === undefined
    ? refused(400, 'a dataset name holds 1 to 128 letters, digits, hyphens and underscores')
    : { status: 200, body: view }
}

function datasetSettings(body: unknown): Partial<DatasetView> {
  if (!isRecord(body)) return {}
  const { description, kind, retentionDays, useRetentionPeriod } = body
  return {
    ...(typeof description === 'string' && { description }),
    ...(typeof kind === 'string' && { kind }),
    ...(typeof retentionDays === 'number' && { retentionDays }),
    ...(typeof useRetentionPeriod === 'boolean' && { useRetentionPeriod }),
  }
}

function answerMapFields(datasets: Datasets, view: DatasetView, request: ResourceRequest): ResourceAnswer {
  const { body } = request
  if (request.method === 'GET') return { status: 200, body: view.mapFields }
  if (request.method === 'POST') {
    const name = isRecord(body) ? body['name'] : undefined
    if (typeof name !== 'string' || name === '') return refused(400, 'a map field needs a name')
    datasets.update(view.name, { mapFields: [...new Set([...view.mapFields, name])] })
    return { status: 200, body: { name } }
  }
  if (request.method !== 'PUT') return refused(405, 'use GET, POST or PUT')
  if (!Array.isArray(body) || !body.every((name) => typeof name === 'string'))
    return refused(400, 'map fields are a list of names')
  return { status: 200, body: datasets.update(view.name, { mapFields: body })?.mapFields }
}

interface DocumentRules {
  stamp(): Document
  problem(body: Document): string | undefined
}

function answerDocuments(
  documents: ReturnType<Disk['collection']>,
  request: ResourceRequest,
  rules: DocumentRules,
): ResourceAnswer {
  const [id, part] = request.path
  if (part !== undefined) return notFound
  const known = id === undefined ? undefined : documents.get(id)
  if (id !== undefined && known === undefined) return notFound
  if (request.method === 'GET') return { status: 200, body: known ?? documents.all() }
  if (request.method === 'DELETE' && id !== undefined) {
    documents.delete(id)
    return { status: 204 }
  }
  // PUT replaces the whole object: a field that is left out is gone.
  if (request.method !== (id === undefined ? 'POST' : 'PUT')) return refused(405, 'method not allowed')
  if (!isRecord(request.body)) return refused(400, 'the body must be a JSON object')
  const problem = rules.problem(request.body)
  if (problem !== undefined) return refused(400, problem)
  const kept = isRecord(known)
    ? { createdAt: known['createdAt'], createdBy: known['createdBy'] }
    : rules.stamp()
  const document = { ...request.body, ...kept, id: id ?? randomUUID() }
  documents.put(document.id, document)
  return { status: 200, body: document }
}

function nameProblem(body: Document): string | undefined {
  return typeof body['name'] === 'string' && body['name'] !== '' ? undefined : 'a name is required'
}

function monitorProblem(body: Document): string | undefined {
  if (!MONITOR_TYPES.includes(body['type'])) return `type must be one of ${MONITOR_TYPES.join(', ')}`
  if (typeof body['aplQuery'] !== 'string') return 'aplQuery is required'
  return nameProblem(body)
}

function answerDashboards(
  documents: ReturnType<Disk['collection']>,
  request: ResourceRequest,
  stamp: () => Document,
): ResourceAnswer {
  const [first, uid] = request.path
  const { method, body } = request
  if (first === undefined && method === 'GET') return { status: 200, body: documents.all() }
  if (first === 'uid' && uid !== undefined && method === 'GET') {
    const known = documents.get(uid)
    return known === undefined ? notFound : { status: 200, body: known }
  }
  if (first === 'uid' && uid !== undefined && method === 'DELETE') {
    documents.delete(uid)
    return { status: 204 }
  }
  const isPut = first === 'uid' && uid !== undefined && method === 'PUT'
  if (!isPut && (first !== undefined || method !== 'POST')) return notFound
  if (!isRecord(body) || !isRecord(body['dashboard'])) return refused(400, 'dashboard is required')
  const dashboard = body['dashboard']
  const missing = DASHBOARD_KEYS.filter((key) => dashboard[key] === undefined)
  if (missing.length > 0) return refused(400, `dashboard lacks ${missing.join(', ')}`)
  const given = typeof body['uid'] === 'string' && body['uid'] !== '' ? body['uid'] : randomUUID()
  const id = isPut ? uid : given
  if (documents.get(id) !== undefined && body['overwrite'] !== true)
    return refused(412, `dashboard ${id} exists; set overwrite`)
  const resource = { uid: id, dashboard, ...stamp(), version: 1 }
  documents.put(id, resource)
  return { status: 200, body: { status: 'created', dashboard: resource } }
}
