import { OPERATION_STARTS } from './directory-names.ts'
import { readerOf } from './directory-operations.ts'
import { entraForm, entraRecord, isFailed } from './entra-record.ts'
import { directoryRunbook } from './entra-runbook.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import { CALL_FAILED } from './reading.ts'

const DAY_MS = 24 * 3_600_000

/**
 * Core Directory's record and PIM's record of one act have ids and correlations of their own; they come seconds to
 * minutes apart, and a PIM record of an assignment made outside of PIM comes when PIM has noticed it.
 */
const COMPANION_WINDOW_MS = 10 * 60_000

function read(event: unknown, options: ReadOptions): Reading {
  const form = entraForm(event, options.prefix)
  const reader = readerOf(form.operations)
  if ('skipped' in reader || 'observations' in reader) return reader
  if (isFailed(form)) return CALL_FAILED
  const record = entraRecord(event, form, reader.operation, options)
  return record === null ? { skipped: TIME_NOT_STATED } : reader.read(record)
}

const OPERATION_FIELDS = [
  'operationName',
  'properties.activityDisplayName',
  'activityDisplayName',
  'OperationName',
  'azure.auditlogs.operation_name',
]

export const entraPreset: Preset = {
  name: 'entra',
  title: 'Microsoft Entra ID',
  proof: 'vendor text',
  filter: OPERATION_FIELDS.map((field) => ({ field, op: 'starts-with', values: OPERATION_STARTS })),
  settleWindowMs: COMPANION_WINDOW_MS,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: true, ticket: true, expiry: true, ip: true },
  read,
  runbook: directoryRunbook,
}
