import type { Chance } from './chance.ts'
import type { RawEvent } from './okta-event.ts'
import type { Employee } from './staff.ts'

export const GITHUB_DATASET = 'github-audit'
export const ORGANISATION = 'northwind'
const ORGANISATION_ID = 7_204_411

export interface GithubInput {
  readonly action: string
  readonly at: number
  readonly actor: Employee
  readonly user?: Pick<Employee, 'login' | 'githubId'>
  /** `org/team` and `org/repository`, as GitHub writes them. */
  readonly team?: string
  readonly repo?: string
  readonly more?: Readonly<Record<string, unknown>>
}

const OPERATIONS: Readonly<Record<string, string>> = {
  add: 'create',
  create: 'create',
  assign: 'create',
  remove: 'remove',
  revoke: 'remove',
  update: 'modify',
  promote: 'modify',
  demote: 'modify',
}

/** One record of a GitHub organisation's audit log, in the form in which it is streamed. */
export function githubEvent(chance: Chance, input: GithubInput): RawEvent {
  const { actor, user } = input
  const verb = input.action.split('.')[1]?.split('_')[0] ?? ''
  return {
    _time: new Date(input.at).toISOString(),
    '@timestamp': input.at,
    _document_id: chance.token(22),
    action: input.action,
    actor: actor.login,
    actor_id: actor.githubId,
    actor_location: { country_code: 'DE' },
    created_at: input.at,
    external_identity_nameid: actor.email,
    operation_type: OPERATIONS[verb] ?? 'access',
    org: ORGANISATION,
    org_id: ORGANISATION_ID,
    ...(user && { user: user.login, user_id: user.githubId }),
    ...(input.team && { team: input.team }),
    ...(input.repo && { repo: input.repo, visibility: 'private' }),
    ...input.more,
  }
}
