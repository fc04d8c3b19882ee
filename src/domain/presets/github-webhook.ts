import { identityAt, textAt, valueAt } from '../event-fields.ts'
import { contextRole } from './context-catalogue.ts'
import {
  change,
  type GithubEvent,
  type GithubReader,
  isTrue,
  NOT_A_PRIVILEGE_EVENT,
  NOT_PRIVILEGED,
  PERMISSION_NOT_STATED,
  permissionChange,
  teamOf,
  userOf,
} from './github-parts.ts'
import {
  everyRole,
  organizationOwner,
  organizationScope,
  repositoryAdmin,
  repositoryScope,
  teamMaintainer,
  teamScope,
} from './github-roles.ts'
import type { Reading } from './preset.ts'

/** The same changes as webhooks tell them. Their bodies do not name the event, so it is known by its parts. */

const at = (event: GithubEvent, path: string) => identityAt(event.fields, path)
const has = (event: GithubEvent, path: string) => valueAt(event.fields, path) !== undefined
const organization = (event: GithubEvent) => at(event, 'organization.login')
const inOrganization = (event: GithubEvent) => organizationScope(organization(event))
const inRepository = (event: GithubEvent) =>
  repositoryScope(at(event, 'repository.full_name'), organization(event))
const teamName = (event: GithubEvent) => at(event, 'team.slug') ?? at(event, 'team.name')
const inTeam = (event: GithubEvent) => teamScope(teamName(event), organization(event))
const team = (event: GithubEvent) => teamOf(teamName(event), organization(event))

function organizationMember(event: GithubEvent, kind: 'grant' | 'removal'): Reading {
  const member = userOf(at(event, 'membership.user.login'))
  if (kind === 'removal') return change(event, 'removal', member, everyRole(inOrganization(event)))
  const role = textAt(event.fields, 'membership.role')
  if (role === null) return PERMISSION_NOT_STATED
  return role.toLowerCase() === 'admin'
    ? change(event, 'grant', member, organizationOwner(inOrganization(event)))
    : NOT_PRIVILEGED
}

function collaborator(event: GithubEvent): Reading {
  const after = textAt(event.fields, 'changes.permission.to') ?? textAt(event.fields, 'changes.role_name.to')
  const before =
    textAt(event.fields, 'changes.permission.from') ?? textAt(event.fields, 'changes.old_permission.from')
  const role = repositoryAdmin(inRepository(event))
  const grantee = userOf(at(event, 'member.login'))
  // `added` with another permission takes nothing away: there was none before.
  if (textAt(event.fields, 'action') === 'added' && after !== null && after.toLowerCase() !== 'admin')
    return NOT_PRIVILEGED
  return permissionChange(event, { after, before }, { grantee, role })
}

/** A team's place on a repository: the repository's permissions in this body are the team's own. */
function teamRepository(event: GithubEvent): Reading {
  if (!has(event, 'repository.permissions.admin')) return PERMISSION_NOT_STATED
  return isTrue(event.fields, 'repository.permissions.admin')
    ? change(event, 'grant', team(event), repositoryAdmin(inRepository(event)))
    : NOT_PRIVILEGED
}

function teamMember(event: GithubEvent): Reading {
  const role = textAt(event.fields, 'role') ?? textAt(event.fields, 'membership.role')
  return role?.toLowerCase() === 'maintainer'
    ? change(event, 'grant', userOf(at(event, 'member.login')), teamMaintainer(inTeam(event)))
    : NOT_PRIVILEGED
}

const isTeamMember = (event: GithubEvent) => teamName(event) !== null && has(event, 'member.login')
const isCollaborator = (event: GithubEvent) =>
  has(event, 'repository.full_name') && has(event, 'member.login')

export const WEBHOOK_READERS: Readonly<Record<string, GithubReader>> = {
  member_added: (event) => organizationMember(event, 'grant'),
  member_removed: (event) => organizationMember(event, 'removal'),
  member_invited: (event) =>
    change(
      event,
      'context',
      userOf(at(event, 'invitation.login') ?? at(event, 'invitation.email')),
      contextRole('invitation', inOrganization(event)),
    ),
  added: (event) => {
    if (isTeamMember(event)) return teamMember(event)
    return isCollaborator(event) ? collaborator(event) : NOT_A_PRIVILEGE_EVENT
  },
  edited: (event) => {
    if (isCollaborator(event)) return collaborator(event)
    return has(event, 'changes.repository.permissions.from.admin') && teamName(event) !== null
      ? editedTeam(event)
      : NOT_A_PRIVILEGE_EVENT
  },
  removed: (event) => {
    const member = userOf(at(event, 'member.login'))
    if (isTeamMember(event)) return change(event, 'removal', member, everyRole(inTeam(event)))
    return isCollaborator(event)
      ? change(event, 'removal', member, everyRole(inRepository(event)))
      : NOT_A_PRIVILEGE_EVENT
  },
  added_to_repository: (event) => (teamName(event) !== null ? teamRepository(event) : NOT_A_PRIVILEGE_EVENT),
  removed_from_repository: (event) =>
    teamName(event) !== null
      ? change(event, 'removal', team(event), repositoryAdmin(inRepository(event)))
      : NOT_A_PRIVILEGE_EVENT,
}

/** A team's permission on a repository was edited: the body has it before (`from`) and after. */
function editedTeam(event: GithubEvent): Reading {
  if (!has(event, 'repository.permissions.admin')) return PERMISSION_NOT_STATED
  return permissionChange(
    event,
    {
      after: isTrue(event.fields, 'repository.permissions.admin') ? 'admin' : 'other',
      before: isTrue(event.fields, 'changes.repository.permissions.from.admin') ? 'admin' : 'other',
    },
    { grantee: team(event), role: repositoryAdmin(inRepository(event)) },
  )
}
