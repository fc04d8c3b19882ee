import { appAccess, appRole, delegatedPermission, ownership } from './directory-applications.ts'
import {
  accessPolicy,
  applicationChanged,
  deleted,
  doneToPerson,
  identityProvider,
  newAccount,
  newCredential,
  userChanged,
  weakened,
} from './directory-context.ts'
import { groupChange } from './directory-groups.ts'
import type { DirectoryRecord } from './directory-record.ts'
import {
  approval,
  azureAssignment,
  elevation,
  elevationRemoved,
  pimRemoval,
  type RecordReader,
  roleChange,
  roleDefinitionChanged,
} from './directory-roles.ts'
import type { Reading } from './preset.ts'
import { NOT_COMPLETED, NOT_PRIVILEGE_EVENT } from './reading.ts'

/**
 * Operations by name, as https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities lists
 * them: under Core Directory "Add member to role", "Add scoped member to role", "Add eligible member to role", "Add app
 * role assignment to service principal"; under Privileged Identity Management "Add member to role in PIM completed
 * (timebound)", "Add member to role completed (PIM activation)", "Add member to role outside of PIM (permanent)",
 * "Update member in PIM approved by admin (extend/renew)", "Remove member from role (PIM activation expired)", and of
 * the steps before them: "Add member to role requested (PIM activation)", "Add member to role approval requested (PIM
 * activation)", "Add member to role request approved (PIM activation)". It warns: "Many of the activities captured in
 * the PIM audit logs are similar, so take note of details like renew, timebound, and permanent."
 */
const ROLE_OPERATIONS: readonly (readonly [RecordReader, readonly string[]])[] = [
  [
    roleChange('grant'),
    [
      'add member to role',
      'add scoped member to role',
      'add member to role scoped over restricted management administrative unit',
      'add role assignment to role definition',
      'restore member from role',
    ],
  ],
  [
    roleChange('grant', 'sanctioned'),
    [
      'add member to role in pim completed',
      'add member to role completed',
      'add member to group in pim completed',
      'restore member from role in pim completed',
      'restore permanent direct role assignment',
    ],
  ],
  [
    roleChange('grant', 'outside'),
    ['add member to role outside of pim', 'add member to group outside of pim', 'add member outside of pim'],
  ],
  [
    roleChange('eligible'),
    [
      'add eligible member to role',
      'add eligibleroleassignment to roledefinition',
      'add scoped eligible member to role',
    ],
  ],
  [
    roleChange('eligible', 'sanctioned'),
    [
      'add eligible member to role in pim completed',
      'add eligible member to group in pim completed',
      'restore eligible member from role in pim completed',
      // As the vendor's list spells it.
      'restore eligible member from role in pim comleted',
      'restore permanent eligible role assignment',
    ],
  ],
  [
    roleChange('activate', 'sanctioned'),
    [
      'add member to role completed (pim activation)',
      'add eligible member to role completed (pim activation)',
      'add member to group completed (pim activation)',
    ],
  ],
  [
    roleChange('extend', 'sanctioned'),
    [
      'update member in pim approved by admin (extend/renew)',
      'update eligible member in pim approved by admin (extend/renew)',
      'update member in pim completed (extend)',
      'update eligible member in pim completed (extend)',
      'add member to role in pim completed (renew)',
      'add member to role in pim completed (extend)',
      'add eligible member to role in pim completed (renew)',
      'add eligible member to role in pim completed (extend)',
    ],
  ],
  [
    roleChange('removal'),
    [
      'remove member from role',
      'remove scoped member from role',
      'remove member from role scoped over restricted management administrative unit',
      'remove role assignment from role definition',
      'remove eligible member from role',
      'remove eligibleroleassignment from roledefinition',
      'remove permanent direct role assignment',
      'remove permanent eligible role assignment',
      'remove member from role completed (pim deactivate)',
      'remove member from role (pim deactivate)',
      'remove member from group completed (pim deactivate)',
    ],
  ],
  [
    pimRemoval,
    [
      'remove member from role in pim completed',
      'remove member from role completed',
      'remove eligible member from role in pim completed',
      'remove member from group in pim completed',
      'remove eligible member from group in pim completed',
    ],
  ],
  [
    roleChange('expiry'),
    [
      'remove member from role (pim activation expired)',
      'remove member from role completed (pim activation expired)',
      'remove member from group (pim activation expired)',
    ],
  ],
  [
    approval,
    [
      'add member to role request approved (pim activation)',
      'add member to group request approved (pim activation)',
      'approve request - direct role assignment',
    ],
  ],
  [
    elevation,
    [
      'user has elevated their access to user access administrator for their azure resources',
      'microsoft.authorization/elevateaccess/action',
    ],
  ],
  [elevationRemoved, ['the role assignment of user access administrator has been removed from the user']],
  [azureAssignment('grant'), ['create role assignment', 'add role assignment']],
  [azureAssignment('removal'), ['delete role assignment', 'remove role assignment']],
  [roleDefinitionChanged, ['update role definition', 'role definition updated']],
]

const OTHER_OPERATIONS: readonly (readonly [RecordReader, readonly string[]])[] = [
  [groupChange('indirect', false), ['add member to group']],
  [groupChange('indirect', true), ['add owner to group']],
  [groupChange('removal', false), ['remove member from group']],
  [groupChange('removal', true), ['remove owner from group']],
  [appRole('grant'), ['add app role assignment to service principal']],
  [appRole('removal'), ['remove app role assignment from service principal']],
  [
    appAccess('grant'),
    [
      'add app role assignment grant to user',
      'add app role assignment to user',
      'add app role assignment to group',
    ],
  ],
  [appAccess('removal'), ['remove app role assignment from user', 'remove app role assignment from group']],
  [delegatedPermission('grant'), ['add delegated permission grant', 'add oauth2permissiongrant']],
  [delegatedPermission('removal'), ['remove delegated permission grant', 'remove oauth2permissiongrant']],
  [ownership('indirect', 'application'), ['add owner to application']],
  [ownership('removal', 'application'), ['remove owner from application']],
  [ownership('indirect', 'service-principal'), ['add owner to service principal']],
  [ownership('removal', 'service-principal'), ['remove owner from service principal']],
  [
    newCredential,
    [
      'add service principal credentials',
      'update application - certificates and secrets management',
      'update application-certificates and secrets management',
      'update service principal - certificates and secrets management',
    ],
  ],
  [applicationChanged, ['update application']],
  [
    doneToPerson('mfa-reset'),
    [
      'admin deleted security info',
      'admin registered security info',
      'admin updated security info',
      'disable strong authentication',
    ],
  ],
  [
    doneToPerson('password-reset'),
    ['reset user password', 'reset password (by admin)', 'admin started password reset', 'set user password'],
  ],
  [userChanged, ['update user']],
  [newAccount('account-created'), ['add user']],
  [newAccount('invitation'), ['invite external user']],
  [
    identityProvider,
    [
      'set federation settings on domain',
      'set domain authentication',
      'create identity provider',
      'update identity provider',
      'create custom identity provider',
      'update custom identity provider',
    ],
  ],
  [
    weakened('privileged-access-rules'),
    [
      'update role setting in pim',
      'pim policy removed',
      'offboarded resource from pim',
      'tenant offboarded from pim',
    ],
  ],
  [weakened('privilege-alerts'), ['disable pim alert', 'deactivate pim alert', 'update pim alert setting']],
  [accessPolicy(true), ['delete conditional access policy', 'delete policy']],
  [accessPolicy(false), ['update conditional access policy', 'update policy']],
  [
    deleted,
    [
      'delete user',
      'hard delete user',
      'remove service principal',
      'hard delete service principal',
      'delete group',
    ],
  ],
]

const READERS: ReadonlyMap<string, RecordReader> = new Map(
  [...ROLE_OPERATIONS, ...OTHER_OPERATIONS].flatMap(([reader, names]) =>
    names.map((name) => [name, reader] as const),
  ),
)

/** How long an assignment is to last stands in brackets; all else in brackets makes it another operation. */
const DURATION = / \((permanent|timebound|time bound)\)$/

/** The first of an event's names that is known, with what reads it; else the reason for skipping it. */
export function readerOf(
  operations: readonly string[],
): { readonly operation: string; readonly read: (record: DirectoryRecord) => Reading } | Reading {
  for (const operation of operations) {
    const read = READERS.get(operation) ?? READERS.get(operation.replace(DURATION, ''))
    if (read !== undefined) return { operation, read }
  }
  return operations.some(isStep) ? NOT_COMPLETED : NOT_PRIVILEGE_EVENT
}

/** A request, or its refusal, of whatever PIM might give. */
function isStep(operation: string): boolean {
  return /\bpim\b/.test(operation) && /\b(requested|cancell?ed|denied|request)\b/.test(operation)
}
