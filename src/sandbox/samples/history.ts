import { type Chance, createChance } from './chance.ts'
import { GITHUB_DATASET, type GithubInput, githubEvent, ORGANISATION } from './github-event.ts'
import { atLocal, type LocalDay, latestWorkingTime, localDayOf, workdaysBefore } from './local-time.ts'
import { githubNoise, oktaNoise } from './noise.ts'
import { OKTA_DATASET, OKTA_ROLES, oktaEvent, oktaPrivilegeEvent, type RawEvent } from './okta-event.ts'
import { ana, dev, type Employee, type EmployeeName, jonas, maya, priya, sofia, staff } from './staff.ts'

export interface SampleEvent {
  readonly dataset: string
  readonly event: RawEvent
}

const HISTORY_DAYS = 60

/** Duties that go round: who gives which role to whom in turn, how often, and for how many workdays. */
export interface OktaDuty {
  readonly role: string
  readonly grantor: Employee
  readonly pool: readonly Employee[]
  /** A turn starts on every workday whose number leaves `phase` when divided by `every`. */
  readonly every: number
  readonly phase: number
  readonly lasts: number
}

const pool = (...names: EmployeeName[]) => names.map(staff)

const SUPPORT = pool('Amara Nwosu', 'Bilal Haddad', 'Clara Fontaine', 'Emil Novak', 'Farah Siddiqui')
const PLATFORM = [ana, ...pool('Hugo Almeida', 'Ines Moreau', 'Karim Bensalem', 'Oskar Nyberg')]
const LEADS = pool('Grace Mensah', 'Leonie Fischer', 'Mateo Silva', 'Tessa Janssen')
const AUDITORS = pool('Paula Jimenez', 'Quentin Laurent', 'Vera Kowalska')
export const RELEASERS: readonly [Employee, ...Employee[]] = [
  ana,
  ...pool('Samir Khan', 'Yuki Tanaka', 'Arjun Mehta', 'Rosa Marino', 'William Osei'),
]

export const OKTA_DUTIES: readonly OktaDuty[] = [
  { role: OKTA_ROLES.helpDesk, grantor: sofia, pool: SUPPORT, every: 1, phase: 0, lasts: 2 },
  { role: OKTA_ROLES.certifications, grantor: sofia, pool: AUDITORS, every: 4, phase: 1, lasts: 3 },
  { role: OKTA_ROLES.requests, grantor: sofia, pool: LEADS, every: 9, phase: 3, lasts: 5 },
  { role: OKTA_ROLES.appAdmin, grantor: jonas, pool: PLATFORM, every: 2, phase: 1, lasts: 1 },
  { role: OKTA_ROLES.groupAdmin, grantor: jonas, pool: LEADS, every: 3, phase: 2, lasts: 2 },
]

export const REPOSITORIES = ['payments', 'console', 'billing-api', 'infrastructure'] as const
const TEAMS = ['platform', 'payments', 'console'] as const

/** Sixty days of audit logs up to the last workday before now: the same for the same moment, in the order of time. */
export function sampleHistory(nowMs: number): readonly SampleEvent[] {
  const end = localDayOf(latestWorkingTime(nowMs))
  const chance = createChance(`history ${new Date(end).toISOString()}`)
  const days = workdaysBefore(end, HISTORY_DAYS)
  const okta = [...oktaHistory(chance, days), ...oktaNoise(chance, { end, days: HISTORY_DAYS })]
  const github = [...githubHistory(chance, days), ...githubNoise(chance, { end, days: HISTORY_DAYS })]
  return [
    ...okta.map((event) => ({ dataset: OKTA_DATASET, event })),
    ...github.map((event) => ({ dataset: GITHUB_DATASET, event })),
  ].toSorted((a, b) => timeOf(a.event) - timeOf(b.event))
}

function timeOf(event: RawEvent): number {
  return Date.parse(String(event['_time']))
}

interface Step {
  readonly at: number
  readonly grantor: Employee
  readonly grantee: Employee
  readonly role: string
  readonly isGiven: boolean
}

/** A moment in the grantor's own habitual hours; one in thirty falls in the evening, as with people. */
function momentOn(chance: Chance, day: LocalDay, hours: readonly [from: number, to: number]): number {
  const isLate = chance.next() < 1 / 30
  const [from, to] = isLate ? ([19, 20] as const) : hours
  return atLocal(day, chance.between(from * 60, to * 60 + 30), chance.between(0, 59))
}

const HABITS = new Map<Employee, readonly [from: number, to: number]>([
  [sofia, [8, 14]],
  [jonas, [10, 16]],
  [maya, [9, 12]],
  [priya, [9, 17]],
])

function hoursOf(employee: Employee): readonly [from: number, to: number] {
  return HABITS.get(employee) ?? [9, 17]
}

/** Turns a duty into steps: the role is given at the start of a turn and taken some workdays later. */
function turnsOf(chance: Chance, days: readonly LocalDay[], duty: OktaDuty): readonly Step[] {
  const steps: Step[] = []
  let turn = 0
  for (const [index, day] of days.entries()) {
    if (index === 0 || index % duty.every !== duty.phase % duty.every) continue
    const grantee = duty.pool[turn % duty.pool.length]
    turn += 1
    if (grantee === undefined) continue
    const common = { grantor: duty.grantor, grantee, role: duty.role }
    steps.push({ ...common, at: momentOn(chance, day, hoursOf(duty.grantor)), isGiven: true })
    // What is still held when the history ends is a standing role.
    const last = days[index + duty.lasts]
    if (last !== undefined)
      steps.push({ ...common, at: momentOn(chance, last, hoursOf(duty.grantor)), isGiven: false })
  }
  return steps
}

function oktaHistory(chance: Chance, days: readonly LocalDay[]): readonly RawEvent[] {
  const [first = 0] = days
  const given = (minutes: number, grantee: Employee, role: string): Step => {
    return { at: atLocal(first, minutes), grantor: maya, grantee, role, isGiven: true }
  }
  const steps = [
    given(9 * 60 + 5, sofia, OKTA_ROLES.superAdmin),
    given(9 * 60 + 9, jonas, OKTA_ROLES.appAdmin),
    given(9 * 60 + 10, jonas, OKTA_ROLES.groupAdmin),
    given(9 * 60 + 16, dev, OKTA_ROLES.certifications),
    ...OKTA_DUTIES.flatMap((duty) => turnsOf(chance, days, duty)),
  ].toSorted((a, b) => a.at - b.at)
  return [...snapshots(chance, steps), ...groupGrants(chance, days)]
}

/** Okta never logs a single role: each step becomes the set of all roles that the grantee then holds. */
function snapshots(chance: Chance, steps: readonly Step[]): readonly RawEvent[] {
  const held = new Map<Employee, readonly string[]>()
  const events: RawEvent[] = []
  for (const { at, grantor: actor, grantee, role, isGiven } of steps) {
    const before = held.get(grantee) ?? []
    // A turn may start before the last one ended: nothing changes, so nothing is logged.
    if (before.includes(role) === isGiven) continue
    const roles = isGiven ? [...before, role] : before.filter((one) => one !== role)
    held.set(grantee, roles)
    events.push(oktaPrivilegeEvent(chance, { at, actor, grantee, roles, gone: before }))
  }
  return events
}

/** The help desk's own group holds narrow roles: a grant whose grantee is no person. */
function groupGrants(chance: Chance, days: readonly LocalDay[]): readonly RawEvent[] {
  const group = {
    id: '00gitsupport0northwind',
    type: 'UserGroup',
    alternateId: 'unknown',
    displayName: 'IT Support',
  }
  const grants = [
    { day: days[4], roles: OKTA_ROLES.certifications },
    { day: days[26], roles: `${OKTA_ROLES.certifications}, ${OKTA_ROLES.requests}` },
  ]
  return grants.flatMap(({ day, roles }) => {
    if (day === undefined) return []
    const at = momentOn(chance, day, hoursOf(sofia))
    const debugData = { privilegeGranted: roles }
    return [
      oktaEvent(chance, {
        eventType: 'group.privilege.grant',
        at,
        actor: sofia,
        targets: [group],
        debugData,
      }),
    ]
  })
}

function githubHistory(chance: Chance, days: readonly LocalDay[]): readonly RawEvent[] {
  const inputs: GithubInput[] = []
  const act = (day: LocalDay | undefined, input: Omit<GithubInput, 'at' | 'actor'>) => {
    if (day !== undefined) inputs.push({ actor: priya, at: momentOn(chance, day, hoursOf(priya)), ...input })
  }
  const admin = { permission: 'admin' }
  for (const [index, day] of days.entries()) {
    const user = turnOf(RELEASERS, Math.floor(index / 3))
    const team = `${ORGANISATION}/${turnOf(TEAMS, Math.floor(index / 3))}`
    const repo = `${ORGANISATION}/${turnOf(REPOSITORIES, Math.floor(index / 2))}`
    if (index % 2 === 0) {
      const release = { user: turnOf(RELEASERS, index / 2), repo, more: admin }
      act(day, { action: 'repo.add_member', ...release })
      act(days[index + 2], { action: 'repo.remove_member', ...release })
    }
    if (index % 3 === 1) {
      act(day, { action: 'team.promote_maintainer', user, team })
      act(days[index + 4], { action: 'team.demote_maintainer', user, team })
    }
    if (index % 11 === 5) {
      const more = { organization_role_name: 'Security manager' }
      act(day, { action: 'organization_role.assign', user, more })
      act(days[index + 6], { action: 'organization_role.revoke', user, more })
    }
    if (index % 6 === 3) act(day, { action: 'team.add_repository', team, repo, more: admin })
    if (index % 12 === 3) act(days[index + 5], { action: 'team.remove_repository', team, repo, more: admin })
  }
  ownerChanges(days, act)
  return inputs.toSorted((a, b) => a.at - b.at).map((input) => githubEvent(chance, input))
}

function turnOf<T>(all: readonly [T, ...T[]], turn: number): T {
  return all[turn % all.length] ?? all[0]
}

/** Owners change rarely; the few times on record make a further one unusual, not unheard of. */
function ownerChanges(
  days: readonly LocalDay[],
  act: (day: LocalDay | undefined, input: Omit<GithubInput, 'at' | 'actor'>) => void,
): void {
  const deputy = staff('Samir Khan')
  const leaver = staff('Umar Farouk')
  const up = { permission: 'admin', old_permission: 'read' }
  act(days[7], { action: 'org.update_member', user: deputy, more: up })
  act(days[12], {
    action: 'org.update_member',
    user: deputy,
    more: { permission: 'read', old_permission: 'admin' },
  })
  act(days[20], { action: 'org.add_member', user: leaver, more: { permission: 'admin' } })
  act(days[23], { action: 'org.remove_member', user: leaver, more: { permission: 'admin' } })
}
