import type { Role } from '../grant.ts'
import type { Party } from '../party.ts'
import { contextRole } from './context-catalogue.ts'
import { type ControlId, weakenedControl } from './control-catalogue.ts'
import {
  auditIdentity,
  change,
  firstTextAt,
  type GithubEvent,
  type GithubReader,
  GRANTEE_NOT_STATED,
  NOT_PRIVILEGED,
  PERMISSION_NOT_STATED,
  type PermissionChange,
  permissionChange,
  teamOf,
  userOf,
} from './github-parts.ts'
import {
  enterpriseOwner,
  enterpriseScope,
  everyRole,
  isReadOnlyOrganizationRole,
  organizationModerator,
  organizationOwner,
  organizationRole,
  organizationScope,
  repositoryAdmin,
  repositoryScope,
  teamMaintainer,
  teamScope,
} from './github-roles.ts'
import type { Reading } from './preset.ts'

/** The actions of GitHub's audit log (organisation and enterprise) that bear on privilege. */

const organization = (event: GithubEvent) => auditIdentity(event, 'org')
const inOrganization = (event: GithubEvent) => organizationScope(organization(event))
const inEnterprise = (event: GithubEvent) => enterpriseScope(auditIdentity(event, 'business'))
const repository = (event: GithubEvent) => auditIdentity(event, 'repo') ?? auditIdentity(event, 'repository')
const inRepository = (event: GithubEvent) => repositoryScope(repository(event), organization(event))
const inTeam = (event: GithubEvent) => teamScope(auditIdentity(event, 'team'), organization(event))
const user = (event: GithubEvent) => userOf(auditIdentity(event, 'user'))
const team = (event: GithubEvent) => teamOf(auditIdentity(event, 'team'), organization(event))

function permissions(event: GithubEvent): PermissionChange {
  return {
    after: firstTextAt(event, ['permission', 'new_repo_permission', 'new_permission']),
    before: firstTextAt(event, ['old_permission', 'old_repo_permission']),
  }
}

/** Added with a permission: a grant when it is admin, else of no interest. */
function added(event: GithubEvent, grantee: Party | null, role: Role): Reading {
  const { after } = permissions(event)
  if (after === null) return PERMISSION_NOT_STATED
  return after.toLowerCase() === 'admin' ? change(event, 'grant', grantee, role) : NOT_PRIVILEGED
}

function organizationRoleChange(event: GithubEvent, kind: 'grant' | 'removal'): Reading {
  const name = firstTextAt(event, ['organization_role_name', 'role_name', 'organization_role'])
  if (name !== null && isReadOnlyOrganizationRole(name)) return NOT_PRIVILEGED
  const role =
    name === null
      ? { ...organizationRole('unnamed', inOrganization(event)), name: 'Organization role' }
      : organizationRole(name, inOrganization(event))
  return change(event, kind, user(event) ?? team(event), role)
}

function controlWeakened(event: GithubEvent, control: ControlId): Reading {
  const name = organization(event) ?? auditIdentity(event, 'business')
  if (name === null) return GRANTEE_NOT_STATED
  const scope = organization(event) === null ? inEnterprise(event) : inOrganization(event)
  const everyone: Party = { id: scope, email: null, name: `Everyone in ${name}`, type: 'group' }
  return change(event, 'control_weakened', everyone, weakenedControl(control, scope))
}

/** An invitation gives nothing until it is accepted, and then GitHub logs that too. */
function invitation(event: GithubEvent, scope: string): Reading {
  const invited = userOf(
    auditIdentity(event, 'user') ?? auditIdentity(event, 'invitee') ?? auditIdentity(event, 'email'),
  )
  return change(event, 'context', invited, contextRole('invitation', scope))
}

/** A token or key that now reaches the organisation or a repository: about its owner, else about whoever made it. */
function credential(event: GithubEvent): Reading {
  const thing =
    firstIdentity(event, [
      'user_programmatic_access_name',
      'token_id',
      'fingerprint',
      'title',
      'hashed_token',
    ]) ?? '*'
  return change(event, 'context', user(event) ?? event.facts.grantor, contextRole('api-token', thing))
}

function firstIdentity(event: GithubEvent, names: readonly string[]): string | null {
  for (const name of names) {
    const found = auditIdentity(event, name)
    if (found !== null) return found
  }
  return null
}

function identityProvider(event: GithubEvent): Reading {
  const scope = organization(event) === null ? inEnterprise(event) : inOrganization(event)
  return change(event, 'context', event.facts.grantor, contextRole('identity-provider', scope))
}

/** GitHub's own word that the account is from outside: its repository record of the same act does not say so. */
function outsideCollaborator(event: GithubEvent): Reading {
  const invited = userOf(auditIdentity(event, 'invitee') ?? auditIdentity(event, 'user'))
  const external = invited === null ? null : { ...invited, type: 'external' as const }
  return added(event, external, repositoryAdmin(inRepository(event)))
}

export const AUDIT_READERS: Readonly<Record<string, GithubReader>> = {
  'org.add_member': (event) => added(event, user(event), organizationOwner(inOrganization(event))),
  'org.update_member': (event) =>
    permissionChange(event, permissions(event), {
      grantee: user(event),
      role: organizationOwner(inOrganization(event)),
    }),
  'org.remove_member': (event) => change(event, 'removal', user(event), everyRole(inOrganization(event))),
  'org.invite_member': (event) => invitation(event, inOrganization(event)),
  'org.add_outside_collaborator': outsideCollaborator,
  'org.disable_two_factor_requirement': (event) => controlWeakened(event, 'two-factor-requirement'),
  'org.disable_saml': (event) => controlWeakened(event, 'single-sign-on'),
  'org.saml_disabled': (event) => controlWeakened(event, 'single-sign-on'),
  'business.disable_two_factor_requirement': (event) => controlWeakened(event, 'two-factor-requirement'),
  'business.disable_saml': (event) => controlWeakened(event, 'single-sign-on'),
  'business.add_admin': (event) => change(event, 'grant', user(event), enterpriseOwner(inEnterprise(event))),
  'business.remove_admin': (event) =>
    change(event, 'removal', user(event), enterpriseOwner(inEnterprise(event))),
  'business.invite_admin': (event) => invitation(event, inEnterprise(event)),
  'organization_role.assign': (event) => organizationRoleChange(event, 'grant'),
  'organization_role.revoke': (event) => organizationRoleChange(event, 'removal'),
  'organization_moderators.add_user': (event) =>
    change(event, 'grant', user(event), organizationModerator(inOrganization(event))),
  'organization_moderators.remove_user': (event) =>
    change(event, 'removal', user(event), organizationModerator(inOrganization(event))),
  'organization_moderators.add_team': (event) =>
    change(event, 'grant', team(event), organizationModerator(inOrganization(event))),
  'organization_moderators.remove_team': (event) =>
    change(event, 'removal', team(event), organizationModerator(inOrganization(event))),
  'team.promote_maintainer': (event) => change(event, 'grant', user(event), teamMaintainer(inTeam(event))),
  'team.demote_maintainer': (event) => change(event, 'removal', user(event), teamMaintainer(inTeam(event))),
  'team.remove_member': (event) => change(event, 'removal', user(event), everyRole(inTeam(event))),
  'team.add_repository': (event) => added(event, team(event), repositoryAdmin(inRepository(event))),
  'team.update_repository_permission': (event) =>
    permissionChange(event, permissions(event), {
      grantee: team(event),
      role: repositoryAdmin(inRepository(event)),
    }),
  'team.remove_repository': (event) =>
    change(event, 'removal', team(event), repositoryAdmin(inRepository(event))),
  'repo.add_member': (event) => added(event, user(event), repositoryAdmin(inRepository(event))),
  'repo.update_member': (event) =>
    permissionChange(event, permissions(event), {
      grantee: user(event),
      role: repositoryAdmin(inRepository(event)),
    }),
  'repo.remove_member': (event) => change(event, 'removal', user(event), everyRole(inRepository(event))),
  'personal_access_token.access_granted': credential,
  'org_credential_authorization.grant': credential,
  'public_key.create': credential,
  'org.enable_saml': identityProvider,
  'org.update_saml_provider_settings': identityProvider,
  'business.enable_saml': identityProvider,
  'business.update_saml_provider_settings': identityProvider,
}
