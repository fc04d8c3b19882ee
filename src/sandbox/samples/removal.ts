import { createChance } from './chance.ts'
import { GITHUB_DATASET, githubEvent } from './github-event.ts'
import type { SampleEvent } from './history.ts'
import { OKTA_DATASET, oktaPrivilegeEvent } from './okta-event.ts'
import { account, type Employee, jonas, priya, STAFF, sofia } from './staff.ts'
import {
  type GithubStanding,
  githubStanding,
  type OktaStanding,
  oktaStanding,
  type Past,
} from './standing.ts'

export interface RemovalInput {
  /** An Okta login, a GitHub login, or a GitHub team as `org/team`. */
  readonly grantee: string
  /** The role to take; all that was given within a day of the latest grant where it is left out. */
  readonly role?: string
  readonly nowMs: number
  readonly past: Past
}

/**
 * Takes at the source what a grantee was last given: by Sofia in Okta (by Jonas where she gave or has it), by Priya
 * on GitHub. Empty where the grantee holds nothing.
 */
export function removalFor(input: RemovalInput): readonly SampleEvent[] {
  const okta = oktaStanding(input.past, input.grantee)
  if (okta !== undefined && okta.roles.length > 0) return oktaRemoval(input, okta)
  const login = STAFF.find((one) => one.email === input.grantee)?.login ?? input.grantee
  return githubStanding(input.past, login).flatMap((held, index) => githubRemoval(input, held, index) ?? [])
}

function oktaRemoval(input: RemovalInput, held: OktaStanding): readonly SampleEvent[] {
  const wanted = input.role?.toLowerCase()
  const gone =
    wanted === undefined ? held.gained : held.roles.filter((role) => role.toLowerCase().includes(wanted))
  if (gone.length === 0) return []
  const { email: sofiasEmail } = sofia
  const isSofias = held.grantorEmail === sofiasEmail || input.grantee === sofiasEmail
  const event = oktaPrivilegeEvent(createChance(`removal ${input.nowMs} ${input.grantee}`), {
    at: Math.max(input.nowMs, held.at + 1000),
    actor: isSofias ? jonas : sofia,
    grantee: granteeOf(input.grantee, held),
    roles: held.roles.filter((role) => !gone.includes(role)),
    gone,
  })
  return [{ dataset: OKTA_DATASET, event }]
}

function granteeOf(email: string, held: OktaStanding): Employee {
  const known = STAFF.find((one) => one.email === email)
  return known ?? account({ name: held.grantee.name, email, oktaId: held.grantee.id })
}

function githubRemoval(input: RemovalInput, held: GithubStanding, index: number): SampleEvent | undefined {
  const text = (key: string) => {
    const value = held.event[key]
    return typeof value === 'string' ? value : undefined
  }
  const [user, team, repo, role] = [text('user'), text('team'), text('repo'), text('organization_role_name')]
  const wanted = input.role?.toLowerCase()
  const title = [text('action'), repo, team, role].join(' ').toLowerCase()
  if (wanted !== undefined && !title.includes(wanted)) return undefined
  const permission =
    held.undo === 'org.update_member' ? { permission: 'read', old_permission: 'admin' } : permissionOf(held)
  const event = githubEvent(createChance(`removal ${input.nowMs} ${input.grantee} ${index}`), {
    action: held.undo,
    at: Math.max(input.nowMs, held.at + 1000),
    actor: priya,
    ...(user !== undefined && { user: { login: user, githubId: Number(held.event['user_id'] ?? 0) } }),
    ...(team !== undefined && { team }),
    ...(repo !== undefined && { repo }),
    more: { ...permission, ...(role !== undefined && { organization_role_name: role }) },
  })
  return { dataset: GITHUB_DATASET, event }
}

function permissionOf(held: GithubStanding): Readonly<Record<string, unknown>> {
  const permission = held.event['permission']
  return permission === undefined ? {} : { permission }
}
