import { OPERATION_STARTS } from './directory-names.ts'
import { readerOf } from './directory-operations.ts'
import type { DirectoryRecord } from './directory-record.ts'
import { hasFailed, m365Form, m365Record } from './m365-record.ts'
import { m365Runbook } from './m365-runbook.ts'
import {
  auditSetting,
  ediscoveryAdministrator,
  groupMembers,
  managementAssignment,
  managementAssignmentRemoved,
  siteAdministrator,
} from './m365-workloads.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import { CALL_FAILED, NOT_COMPLETED, NOT_PRIVILEGE_EVENT } from './reading.ts'

const DAY_MS = 24 * 3_600_000

/** The directory's own operations are read as Entra's are; these are the other workloads'. */
const WORKLOADS: ReadonlyMap<string, (record: DirectoryRecord) => Reading> = new Map([
  ['add-rolegroupmember', groupMembers('grant')],
  ['update-rolegroupmember', groupMembers('grant')],
  ['new-rolegroup', groupMembers('grant')],
  ['remove-rolegroupmember', groupMembers('removal')],
  ['new-managementroleassignment', managementAssignment],
  ['remove-managementroleassignment', managementAssignmentRemoved],
  ['add-ediscoverycaseadmin', ediscoveryAdministrator('grant')],
  ['remove-ediscoverycaseadmin', ediscoveryAdministrator('removal')],
  ['sitecollectionadminadded', siteAdministrator('grant')],
  ['sitecollectionadminremoved', siteAdministrator('removal')],
  ['siteadminchangerequest', () => NOT_COMPLETED],
  [
    'set-adminauditlogconfig',
    auditSetting({ UnifiedAuditLogIngestionEnabled: 'off', AdminAuditLogEnabled: 'off' }),
  ],
  ['set-organizationconfig', auditSetting({ AuditDisabled: 'on' })],
  ['set-mailboxauditbypassassociation', auditSetting({ AuditBypassEnabled: 'on' })],
  ['set-mailbox', auditSetting({ AuditEnabled: 'off' })],
])

/** As the log spells them, for asking Axiom. */
const WORKLOAD_STARTS = [
  'Add-RoleGroupMember',
  'Update-RoleGroupMember',
  'New-RoleGroup',
  'Remove-RoleGroupMember',
  'New-ManagementRoleAssignment',
  'Remove-ManagementRoleAssignment',
  'Add-eDiscoveryCaseAdmin',
  'Remove-eDiscoveryCaseAdmin',
  'SiteCollectionAdmin',
  'Set-AdminAuditLogConfig',
  'Set-OrganizationConfig',
  'Set-MailboxAuditBypassAssociation',
  'Set-Mailbox',
]

function read(event: unknown, options: ReadOptions): Reading {
  const { fields, operation } = m365Form(event, options.prefix)
  if (operation === null) return NOT_PRIVILEGE_EVENT
  const workload = WORKLOADS.get(operation)
  const reader = workload === undefined ? readerOf([operation]) : { operation, read: workload }
  if ('skipped' in reader || 'observations' in reader) return reader
  if (hasFailed(fields)) return CALL_FAILED
  const record = m365Record(event, fields, reader.operation, options)
  return record === null ? { skipped: TIME_NOT_STATED } : reader.read(record)
}

const OPERATION_FIELDS = [
  'Operation',
  'AuditData.Operation',
  'RawEventData.Operation',
  'o365.audit.Operation',
]

export const m365Preset: Preset = {
  name: 'm365',
  title: 'Microsoft 365',
  proof: 'vendor text',
  filter: OPERATION_FIELDS.map((field) => ({
    field,
    op: 'starts-with',
    values: [...OPERATION_STARTS, ...WORKLOAD_STARTS],
  })),
  // PIM's own records are not in this log: every act has one record.
  settleWindowMs: 0,
  overlapMs: 60 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  carries: { justification: false, ticket: false, expiry: false, ip: true },
  read,
  runbook: m365Runbook,
}
