import { GITHUB_DATASET } from './github-event.ts'
import { OKTA_DATASET, type RawEvent } from './okta-event.ts'

/** What a dataset of the local Axiom holds, in the order of arrival. */
export type Past = (dataset: string) => readonly RawEvent[]

const DAY_MS = 24 * 60 * 60 * 1000

/** What Okta's log says somebody holds, and when that was last said. */
export interface OktaStanding {
  readonly roles: readonly string[]
  /** What was gained within a day of the latest change: the roles that a revoke is most likely about. */
  readonly gained: readonly string[]
  readonly grantorEmail: string
  readonly at: number
  /** The grantee as Okta's log names it. */
  readonly grantee: { readonly id: string; readonly name: string }
}

export function oktaStanding(past: Past, email: string): OktaStanding | undefined {
  const changes = past(OKTA_DATASET)
    .flatMap((event) => privilegeChange(event, email) ?? [])
    .toSorted((a, b) => a.at - b.at)
  const latest = changes.at(-1)
  if (latest === undefined) return undefined
  const earlier = changes.findLast((change) => change.at < latest.at - DAY_MS)?.roles ?? []
  const gained = latest.roles.filter((role) => !earlier.includes(role))
  return { ...latest, gained: gained.length > 0 ? gained : latest.roles.slice(-1) }
}

function privilegeChange(event: RawEvent, email: string): Omit<OktaStanding, 'gained'> | undefined {
  const type = event['eventType']
  if (type !== 'user.account.privilege.grant' && type !== 'user.account.privilege.revoke') return undefined
  const targets = Array.isArray(event['target']) ? event['target'] : []
  const target: unknown = targets.find((one) => stringAt(one, 'type') === 'User')
  if (stringAt(target, 'alternateId') !== email) return undefined
  const granted = stringAt(valueAt(event['debugContext'], 'debugData'), 'privilegeGranted')
  return {
    roles: type === 'user.account.privilege.grant' ? granted.split(', ').filter((role) => role !== '') : [],
    grantorEmail: stringAt(event['actor'], 'alternateId'),
    at: Date.parse(String(event['published'])),
    grantee: { id: stringAt(target, 'id'), name: stringAt(target, 'displayName') },
  }
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined
}

function stringAt(value: unknown, key: string): string {
  const found = valueAt(value, key)
  return typeof found === 'string' ? found : ''
}

/** A privilege on GitHub that nothing has taken away yet, and the action that would. */
export interface GithubStanding {
  readonly undo: string
  readonly at: number
  readonly event: RawEvent
}

const UNDO: Readonly<Record<string, string>> = {
  'org.add_member': 'org.remove_member',
  'org.update_member': 'org.update_member',
  'organization_role.assign': 'organization_role.revoke',
  'team.promote_maintainer': 'team.demote_maintainer',
  'team.add_repository': 'team.remove_repository',
  'repo.add_member': 'repo.remove_member',
}

/** What a login (or `org/team`) was given on GitHub and nothing has taken away since. */
export function githubHeld(past: Past, grantee: string): readonly GithubStanding[] {
  const held = new Map<string, GithubStanding>()
  const events = past(GITHUB_DATASET).filter((event) => (event['user'] ?? event['team']) === grantee)
  for (const event of events.toSorted((a, b) => atOf(a) - atOf(b))) {
    const action = String(event['action'])
    const undo = UNDO[action]
    const scope = [event['repo'], event['team'], event['organization_role_name']].map(String).join(' ')
    const isGiven = undo !== undefined && event['permission'] !== 'read'
    if (isGiven) held.set(`${undo} ${scope}`, { undo, at: atOf(event), event })
    else held.delete(`${action} ${scope}`)
  }
  return [...held.values()]
}

/** What is held of all that was given within a day of the latest grant: what a revoke is most likely about. */
export function githubStanding(past: Past, grantee: string): readonly GithubStanding[] {
  const held = githubHeld(past, grantee)
  const latest = Math.max(...held.map((one) => one.at))
  return held.filter((one) => one.at >= latest - DAY_MS)
}

function atOf(event: RawEvent): number {
  return Number(event['created_at'])
}
