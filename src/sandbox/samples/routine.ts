import { type Chance, createChance } from './chance.ts'
import { GITHUB_DATASET, githubEvent, ORGANISATION } from './github-event.ts'
import { OKTA_DUTIES, type OktaDuty, RELEASERS, REPOSITORIES, type SampleEvent } from './history.ts'
import { latestWorkingTime } from './local-time.ts'
import { OKTA_DATASET, oktaPrivilegeEvent, type RawEvent } from './okta-event.ts'
import { type Employee, priya, sofia } from './staff.ts'
import { githubHeld, oktaStanding, type Past } from './standing.ts'

const MINUTE_MS = 60_000
const TURN_WORKDAYS_MAX = 4

/**
 * The next turn of the duties that go round every few days: Sofia's in Okta, Priya's on GitHub. Jonas has none here,
 * since after his self-grant whatever he gives is rightly looked at.
 */
export function routineGrants(nowMs: number, past: Past): readonly SampleEvent[] {
  const chance = createChance(`routine ${nowMs}`)
  const start = latestWorkingTime(nowMs) - 12 * MINUTE_MS
  const duties = OKTA_DUTIES.filter((duty) => duty.grantor === sofia && duty.every <= TURN_WORKDAYS_MAX)
  const okta = duties.flatMap((duty, index) => {
    return oktaTurn(chance, duty, { start: start + index * 3 * MINUTE_MS, past }) ?? []
  })
  const github = (['repo.add_member', 'team.promote_maintainer'] as const).flatMap((action, index) => {
    return githubTurn(chance, action, { start: start + (index + 2) * 3 * MINUTE_MS, past }) ?? []
  })
  return [...okta, ...github]
}

interface Turn {
  readonly start: number
  readonly past: Past
}

/** Whoever had the duty longest ago is next, so that a second click hands it to somebody else. */
function longestAgo<T>(people: readonly T[], lastAt: (person: T) => number): T | undefined {
  return people.toSorted((a, b) => lastAt(a) - lastAt(b))[0]
}

function oktaTurn(chance: Chance, duty: OktaDuty, { start, past }: Turn): SampleEvent | undefined {
  const free = duty.pool.filter((one) => !oktaStanding(past, one.email)?.roles.includes(duty.role))
  const grantee = longestAgo(free, (one) => oktaStanding(past, one.email)?.at ?? 0)
  if (grantee === undefined) return undefined
  const before = oktaStanding(past, grantee.email)
  const at = Math.max(start, (before?.at ?? 0) + MINUTE_MS)
  const roles = [...(before?.roles ?? []), duty.role]
  return {
    dataset: OKTA_DATASET,
    event: oktaPrivilegeEvent(chance, { at, actor: duty.grantor, grantee, roles }),
  }
}

function githubTurn(
  chance: Chance,
  action: 'repo.add_member' | 'team.promote_maintainer',
  { start, past }: Turn,
): SampleEvent | undefined {
  const undo = action === 'repo.add_member' ? 'repo.remove_member' : 'team.demote_maintainer'
  const free = RELEASERS.filter(
    (one) =>
      lastOf(past, one, action) !== undefined &&
      !githubHeld(past, one.login).some((held) => held.undo === undo),
  )
  const user = longestAgo(free, (one) => Number(lastOf(past, one, action)?.['created_at'] ?? 0))
  if (user === undefined) return undefined
  const before = lastOf(past, user, action)
  const at = Math.max(start, Number(lastOf(past, user, undo)?.['created_at'] ?? 0) + MINUTE_MS)
  const common = { action, at, actor: priya, user }
  const where = (name: 'repo' | 'team', otherwise: string) =>
    String(before?.[name] ?? `${ORGANISATION}/${otherwise}`)
  const event =
    action === 'repo.add_member'
      ? githubEvent(chance, {
          ...common,
          repo: where('repo', REPOSITORIES[0]),
          more: { permission: 'admin' },
        })
      : githubEvent(chance, { ...common, team: where('team', 'platform') })
  return { dataset: GITHUB_DATASET, event }
}

function lastOf(past: Past, employee: Employee, action: string): RawEvent | undefined {
  return past(GITHUB_DATASET).findLast(
    (event) => event['user'] === employee.login && event['action'] === action,
  )
}
