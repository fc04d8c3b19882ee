import {
  type AzureAct,
  assigned,
  classicAdministrator,
  elevated,
  scheduled,
  unassigned,
} from './azure-assignments.ts'
import {
  clusterBinding,
  definitionChanged,
  delegated,
  exportDeleted,
  federated,
  rulesChanged,
  vaultPolicies,
} from './azure-others.ts'
import { azureFacts, azureRecordOf, OPERATIONS, outcomeOf } from './azure-record.ts'
import { isCataloguedRole } from './azure-roles.ts'
import { azureRunbook } from './azure-runbook.ts'
import { type Preset, type Reading, type ReadOptions, TIME_NOT_STATED } from './preset.ts'
import { CALL_FAILED, NO_CHANGE, NOT_COMPLETED, NOT_PRIVILEGE_EVENT } from './reading.ts'

/** Azure's activity log: who may do what with Azure's resources. The directory's own roles are the preset for Entra. */

const DAY_MS = 24 * 3_600_000

type Reader = (act: AzureAct) => Reading

const clusterBound: Reader = (act) => clusterBinding(act, 'grant')
const clusterUnbound: Reader = (act) => clusterBinding(act, 'removal')

/** By the operation's name in lower case, since the log writes it in every case. */
const READERS: Readonly<Record<string, Reader>> = {
  'microsoft.authorization/roleassignments/write': assigned,
  'microsoft.authorization/roleassignments/delete': unassigned,
  'microsoft.authorization/elevateaccess/action': elevated,
  'microsoft.authorization/roleassignmentschedulerequests/write': (act) => scheduled(act, 'active'),
  'microsoft.authorization/roleeligibilityschedulerequests/write': (act) => scheduled(act, 'eligible'),
  'microsoft.authorization/classicadministrators/write': (act) => classicAdministrator(act, 'grant'),
  'microsoft.authorization/classicadministrators/delete': (act) => classicAdministrator(act, 'removal'),
  'microsoft.authorization/roledefinitions/write': definitionChanged,
  // A definition is deleted only when nobody holds the role any more.
  'microsoft.authorization/roledefinitions/delete': () => NO_CHANGE,
  'microsoft.authorization/rolemanagementpolicies/write': rulesChanged,
  'microsoft.keyvault/vaults/accesspolicies/write': vaultPolicies,
  'microsoft.managedservices/registrationassignments/write': (act) => delegated(act, 'grant'),
  'microsoft.managedservices/registrationassignments/delete': (act) => delegated(act, 'removal'),
  'microsoft.managedidentity/userassignedidentities/federatedidentitycredentials/write': federated,
  'microsoft.insights/diagnosticsettings/delete': exportDeleted,
  'microsoft.kubernetes/connectedclusters/rbac.authorization.k8s.io/clusterrolebindings/write': clusterBound,
  'microsoft.kubernetes/connectedclusters/rbac.authorization.k8s.io/rolebindings/write': clusterBound,
  'microsoft.kubernetes/connectedclusters/rbac.authorization.k8s.io/clusterrolebindings/delete':
    clusterUnbound,
  'microsoft.kubernetes/connectedclusters/rbac.authorization.k8s.io/rolebindings/delete': clusterUnbound,
  'microsoft.containerservice/managedclusters/rbac.authorization.k8s.io/clusterrolebindings/write':
    clusterBound,
  'microsoft.containerservice/managedclusters/rbac.authorization.k8s.io/rolebindings/write': clusterBound,
  'microsoft.containerservice/managedclusters/rbac.authorization.k8s.io/clusterrolebindings/delete':
    clusterUnbound,
  'microsoft.containerservice/managedclusters/rbac.authorization.k8s.io/rolebindings/delete': clusterUnbound,
}

const OPERATION_MAX = 200

function readerOf(operation: string): Reader | undefined {
  if (operation.length > OPERATION_MAX) return undefined
  const name = operation.toLowerCase()
  return Object.hasOwn(READERS, name) ? READERS[name] : undefined
}

function read(event: unknown, options: ReadOptions): Reading {
  const record = azureRecordOf(event, options.prefix)
  const reader = record === null ? undefined : readerOf(record.operation)
  if (record === null || reader === undefined) return NOT_PRIVILEGE_EVENT
  const outcome = outcomeOf(record)
  if (outcome === 'failed') return CALL_FAILED
  if (outcome === 'not completed') return NOT_COMPLETED
  if (outcome === 'nothing there') return NO_CHANGE
  const facts = azureFacts(record, event, options)
  return facts === null ? { skipped: TIME_NOT_STATED } : reader({ ...record, facts })
}

/** Names of operations, and the titles that stand for them in some exports. */
const ASKED = [
  ...Object.keys(READERS),
  'role assignment',
  'custom role definition',
  'Assigns the caller to User Access Administrator',
]

export const azurePreset: Preset = {
  name: 'azure',
  title: 'Azure',
  proof: 'real events',
  filter: [...OPERATIONS, 'body.operationName'].map((field) => ({ field, op: 'contains', values: ASKED })),
  // Privileged Identity Management logs a request, and its own application then makes the assignment.
  settleWindowMs: 5 * 60_000,
  overlapMs: 15 * 60_000,
  latestEventAgeMs: 7 * DAY_MS,
  futureSkewMs: 3_600_000,
  // A justification, a ticket and an end come with Privileged Identity Management alone.
  carries: { justification: true, ticket: true, expiry: true, ip: true },
  isCatalogued: isCataloguedRole,
  read,
  runbook: azureRunbook,
}
