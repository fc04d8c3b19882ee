import { type Fields, fieldsOf, objectsAt, timeAt, valueAt } from '../event-fields.ts'
import type { Mechanism } from '../grant.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { ACCESS_READERS } from './aws-cloudtrail-access.ts'
import { CONTEXT_READERS } from './aws-cloudtrail-context.ts'
import { accountScope, type CloudTrailReader } from './aws-cloudtrail-event.ts'
import { IAM_READERS } from './aws-cloudtrail-iam.ts'
import { accountOf, actorRole, grantorOf } from './aws-cloudtrail-parties.ts'
import {
  type CloudTrailRecord,
  hasFailed,
  NAME_FIELDS,
  part,
  partIdentity,
  partText,
  recordOf,
} from './aws-cloudtrail-record.ts'
import { awsRunbook } from './aws-cloudtrail-runbook.ts'
import { type Condition, type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import { CALL_FAILED, NOT_PRIVILEGE_EVENT } from './reading.ts'

const DAY_MS = 24 * 3_600_000

type Readers = Readonly<Record<string, Readonly<Record<string, CloudTrailReader>>>>

/** Readers by the name of the call and then the service, since services share names: `CreatePolicy`, `DeleteUser`. */
function byName(tables: readonly Readers[]): ReadonlyMap<string, ReadonlyMap<string, CloudTrailReader>> {
  const readers = new Map<string, Map<string, CloudTrailReader>>()
  for (const table of tables)
    for (const [service, calls] of Object.entries(table))
      for (const [name, reader] of Object.entries(calls))
        readers.set(name, (readers.get(name) ?? new Map<string, CloudTrailReader>()).set(service, reader))
  return readers
}

const READERS = byName([{ iam: IAM_READERS }, ACCESS_READERS, CONTEXT_READERS])

function readerOf(record: CloudTrailRecord): CloudTrailReader | null {
  const name = part(record, 'name')
  const readers = typeof name === 'string' ? READERS.get(name) : undefined
  if (readers === undefined) return null
  const source = partText(record, 'source')
  // Cut-down copies of records leave the service out; then the first that has such a call is meant, IAM before all.
  if (source === null) return [...readers.values()][0] ?? null
  return readers.get(source.toLowerCase().replace(/\.amazonaws\.com(\.cn)?$/, '')) ?? null
}

/** Records of one file of CloudTrail that a shipper sent as one event. */
const RECORDS_MAX = 200

function read(event: unknown, options: ReadOptions): Reading {
  const record = recordOf(event, options.prefix)
  return record === null ? readFile(event, options) : readRecord(record, event, options)
}

function readFile(event: unknown, options: ReadOptions): Reading {
  const whole = fieldsOf(event, { prefix: options.prefix, markers: ['Records'] })
  const list = valueAt(whole, 'Records')
  if (!Array.isArray(list) && typeof list !== 'string') return NOT_PRIVILEGE_EVENT
  const records = objectsAt(whole, 'Records')
  // A list that came as text may have been cut at the limit already.
  const isTooLong = typeof list === 'string' ? records.length >= RECORDS_MAX : list.length > RECORDS_MAX
  if (isTooLong) return { skipped: 'more records than one event may hold' }
  const readings = records.map((fields) => readItem(fields, options))
  const observations = readings.flatMap((reading) => ('skipped' in reading ? [] : reading.observations))
  return observations.length > 0 ? { observations } : (readings[0] ?? NOT_PRIVILEGE_EVENT)
}

function readItem({ root }: Fields, options: ReadOptions): Reading {
  const record = recordOf(root, null)
  return record === null ? NOT_PRIVILEGE_EVENT : readRecord(record, root, options)
}

function readRecord(record: CloudTrailRecord, event: unknown, options: ReadOptions): Reading {
  const reader = readerOf(record)
  if (reader === null) return NOT_PRIVILEGE_EVENT
  if (hasFailed(record)) return CALL_FAILED
  const occurredAt = occurredAtOf(record.fields, event, record.form.times, options)
  if (occurredAt === null) return { skipped: TIME_NOT_STATED }
  const account = accountOf(record)
  const act = partIdentity(record, 'id')
  const facts = factsOf({
    act: act ?? '',
    occurredAt,
    grantor: grantorOf(record),
    mechanism: mechanismOf(record),
    ip: ipOf(part(record, 'ip')),
    userAgent: partText(record, 'agent'),
    session: partIdentity(record, 'accessKey'),
  })
  const reading = reader({
    record,
    facts,
    account,
    scope: accountScope(account.id),
    actorRole: actorRole(record),
  })
  if (act !== null || 'skipped' in reading) return reading
  // Hashing a whole event is the dear part, so it waits for a result.
  const hashed = hashedAct(event, timeAt(record.fields, record.form.times) !== null)
  return { observations: reading.observations.map((observation) => ({ ...observation, act: hashed })) }
}

const IAC_AGENT = /ansible|eksctl|cloudformation|aws-cdk|servicecatalog/i
const CONSOLE_AGENT = /^(console|signin)\.|^aws ?console|^\[?s3console/i

/** Code that changes access is told as such and never left out, since its keys can be stolen too. */
function mechanismOf(record: CloudTrailRecord): Mechanism {
  const agent = partText(record, 'agent')
  const address = partText(record, 'ip') ?? ''
  const invokedBy = partText(record, 'invokedBy') ?? ''
  const byAgent = mechanismOfAgent(agent)
  if (byAgent === 'iac' || byAgent === 'scim') return byAgent
  if ([agent ?? '', address, invokedBy].some((text) => IAC_AGENT.test(text))) return 'iac'
  if (invokedBy.startsWith('sso.') || address.startsWith('sso.')) return 'sync'
  if (byAgent === 'console' || partText(record, 'fromConsole') === 'true') return 'console'
  if (agent === null) return 'unknown'
  return CONSOLE_AGENT.test(agent) || invokedBy.startsWith('signin.') ? 'console' : 'api'
}

/** Of sign-ins and assumed roles there are too many to ask for all; the filter names those of emergencies. */
const ASKED_OTHERWISE = new Set([
  'ConsoleLogin',
  'AssumeRole',
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
])
const NAMES = [...READERS.keys()].filter((name) => !ASKED_OTHERWISE.has(name))
const EMERGENCIES = ['break-glass', 'breakglass', 'break_glass', 'emergency']
const EMERGENCY_FIELDS = [
  'requestParameters.roleArn',
  'userIdentity.userName',
  'aws.cloudtrail.flattened.request_parameters.roleArn',
]
const ROOT_FIELDS = ['userIdentity.type', 'aws.cloudtrail.user_identity.type', 'UserIdentityType']

const FILTER: readonly Condition[] = [
  ...NAME_FIELDS.map((field) => ({ field, op: 'in' as const, values: NAMES })),
  ...ROOT_FIELDS.map((field) => ({ field, op: 'in' as const, values: ['Root'] })),
  ...EMERGENCY_FIELDS.map((field) => ({ field, op: 'contains' as const, values: EMERGENCIES })),
  { field: 'CloudTrailEvent', op: 'exists', values: [] },
  { field: 'Records', op: 'exists', values: [] },
]

export const awsCloudtrailPreset: Preset = {
  name: 'aws-cloudtrail',
  title: 'AWS CloudTrail',
  proof: 'real events',
  filter: FILTER,
  settleWindowMs: 0,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook: awsRunbook,
}
