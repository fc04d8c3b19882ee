import type { WorldClock } from '../clock.ts'
import type { Collection, Disk } from '../disk.ts'
import { isRecord } from '../exchange.ts'
import { createIngestClock, type Instant, instantOfEvent } from './instant.ts'
import { fieldNames, fieldsOf, type Row, rowOf } from './row.ts'

export const EVENTS_PER_BATCH_MAX = 10_000
const FIELDS_MAX = 1024
const NAME = /^[A-Za-z0-9_-]{1,128}$/

/** A dataset as /v2/datasets shows it; its id is its name, as in Axiom. */
export interface DatasetView {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly kind: string
  readonly created: string
  readonly who: string
  readonly canWrite: boolean
  readonly mapFields: readonly string[]
  readonly retentionDays?: number
  readonly useRetentionPeriod?: boolean
}

export interface Dataset {
  readonly view: DatasetView
  readonly rows: readonly Row[]
  /** The top-level fields ever ingested, `_time` and `_sysTime` first. */
  readonly columns: ReadonlySet<string>
  /** Every name that a query may use for a field. */
  readonly fields: ReadonlySet<string>
}

export interface IngestStatus {
  readonly ingested: number
  readonly failed: number
  readonly failures: readonly { readonly timestamp: string; readonly error: string }[]
}

export interface Datasets {
  get(name: string): Dataset | undefined
  all(): readonly Dataset[]
  /** Undefined where the name is taken or not a name that Axiom allows. */
  create(name: string, settings?: Partial<DatasetView>): DatasetView | undefined
  update(name: string, settings: Partial<DatasetView>): DatasetView | undefined
  delete(name: string): boolean
  ingest(name: string, events: readonly unknown[]): { status: IngestStatus; rows: readonly Row[] }
}

interface Held {
  view: DatasetView
  rows: Row[]
  columns: Set<string>
  fields: Set<string>
  leaves: Set<string>
  stored: Collection<Row>
}

/** Datasets are held in memory to be queried and on disk to outlive the process. */
export function createDatasets(options: { disk: Disk; clock: WorldClock }): Datasets {
  const { disk, clock } = options
  const views = disk.collection<DatasetView>('axiom:datasets')
  const held = new Map<string, Held>()
  const nextSysTime = createIngestClock(clock.now)

  const load = (view: DatasetView): Held => {
    const stored = disk.collection<Row>(`axiom:events:${view.name}`)
    const one: Held = {
      view,
      rows: stored.all(),
      columns: new Set(),
      fields: new Set(),
      leaves: new Set(),
      stored,
    }
    // Both times exist in a dataset before its first event does.
    learnFields(one, { _time: null, _sysTime: null })
    for (const row of one.rows) learnFields(one, row)
    held.set(view.name, one)
    return one
  }
  for (const view of views.all()) load(view)

  const save = (view: DatasetView): DatasetView => {
    views.put(view.name, view)
    return view
  }

  return {
    get: (name) => held.get(name),
    all: () => [...held.values()],
    create(name, settings = {}) {
      if (!NAME.test(name) || held.has(name)) return undefined
      return load(save(newView({ name, created: new Date(clock.now()).toISOString(), settings }))).view
    },
    update(name, settings) {
      const one = held.get(name)
      if (one === undefined) return undefined
      one.view = save({ ...one.view, ...settings, id: name, name })
      return one.view
    },
    delete(name) {
      const one = held.get(name)
      if (one === undefined) return false
      held.delete(name)
      disk.batch(() => {
        views.delete(name)
        for (const [index] of one.rows.entries()) one.stored.delete(String(index))
      })
      return true
    },
    ingest(name, events) {
      const one = held.get(name)
      if (one === undefined) throw new Error(`there is no dataset ${name}`)
      return ingest({ disk, one, sysTime: nextSysTime() }, events)
    },
  }
}

function newView(input: { name: string; created: string; settings: Partial<DatasetView> }): DatasetView {
  return {
    description: '',
    kind: 'axiom:events:v1',
    who: 'sandbox',
    canWrite: true,
    mapFields: [],
    ...input.settings,
    id: input.name,
    name: input.name,
    created: input.created,
  }
}

function learnFields(one: Held, row: Row): void {
  for (const name of Object.keys(row)) one.columns.add(name)
  for (const field of fieldNames(row, new Set(one.view.mapFields))) {
    one.fields.add(field.name)
    if (field.isLeaf) one.leaves.add(field.name)
  }
}

function ingest(
  target: { disk: Disk; one: Held; sysTime: Instant },
  events: readonly unknown[],
): { status: IngestStatus; rows: readonly Row[] } {
  const { one, sysTime } = target
  const rows: Row[] = []
  const failures: { timestamp: string; error: string }[] = []
  for (const event of events) {
    const row = readEvent(event, one, sysTime)
    if (typeof row === 'string') failures.push({ timestamp: sysTime, error: row })
    else {
      learnFields(one, row)
      rows.push(row)
    }
  }
  const start = one.rows.length
  target.disk.batch(() => {
    for (const [index, row] of rows.entries()) one.stored.put(String(start + index), row)
  })
  one.rows.push(...rows)
  return { status: { ingested: rows.length, failed: failures.length, failures }, rows }
}

function readEvent(event: unknown, one: Held, sysTime: Instant): Row | string {
  if (!isRecord(event)) return 'an event must be a JSON object'
  const given = event['_time']
  const time = given === undefined || given === null ? sysTime : instantOfEvent(given)
  if (time === undefined) return 'the field _time is no timestamp'
  const fields = fieldsOf(event)
  if (typeof fields === 'string') return fields
  const row = rowOf({ time, sysTime }, fields)
  let count = one.leaves.size
  for (const field of fieldNames(row, new Set(one.view.mapFields)))
    if (field.isLeaf && !one.leaves.has(field.name)) count += 1
  if (count > FIELDS_MAX) return `the event would exceed the limit of ${FIELDS_MAX} fields in a dataset`
  return row
}
