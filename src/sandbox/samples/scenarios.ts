import { createChance } from './chance.ts'
import { GITHUB_DATASET, githubEvent, ORGANISATION } from './github-event.ts'
import { REPOSITORIES, type SampleEvent, sampleHistory } from './history.ts'
import { lastNightAt, latestWorkingTime } from './local-time.ts'
import {
  HOSTING,
  OKTA_DATASET,
  OKTA_ROLES,
  oktaEvent,
  oktaPrivilegeEvent,
  type RawEvent,
  userTarget,
} from './okta-event.ts'
import { routineGrants } from './routine.ts'
import { account, ana, jonas, priya, sofia, staff } from './staff.ts'
import { oktaStanding, type Past } from './standing.ts'

export interface Scenario {
  readonly id: string
  readonly title: string
  readonly description: string
  /** The events to append, in order. `past` is what the datasets hold; without it, the sample history. */
  events(nowMs: number, past?: Past): readonly SampleEvent[]
}

const MINUTE_MS = 60_000

/** What is injected on a first start, once the app has read the history. */
export const STORY = ['routine', 'self-grant-at-night', 'takeover-chain', 'burst'] as const

export const REMOVE_AT_SOURCE = {
  id: 'remove-at-source',
  title: 'Remove at the source',
  description: 'Takes away in Okta or on GitHub what a person was last given. Needs "grantee".',
} as const

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'routine',
    title: 'Routine grants',
    description: 'The duties that go round every day: usual people, usual roles, usual hours.',
    events: (nowMs, past) => routineGrants(nowMs, pastOr(past, nowMs)),
  },
  {
    id: 'self-grant-at-night',
    title: 'Self-grant at night',
    description: 'Jonas makes himself Super administrator at 03:12.',
    events: selfGrant,
  },
  {
    id: 'takeover-chain',
    title: 'Takeover chain',
    description:
      'MFA of a super administrator is reset, the account is used from elsewhere, an identity provider appears, and a fresh account gets the highest role.',
    events: takeoverChain,
  },
  {
    id: 'burst',
    title: 'Burst on GitHub',
    description: 'Priya hands out six roles within minutes.',
    events: burst,
  },
  {
    id: 'github-outside-collaborator',
    title: 'Outside collaborator',
    description: 'An account from outside the company becomes admin of a repository.',
    events: outsideCollaborator,
  },
  {
    id: 'break-glass',
    title: 'Break-glass account',
    description: 'The emergency account gets Super administrator.',
    events: breakGlass,
  },
]

export function findScenario(id: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.id === id)
}

const okta = (event: RawEvent): SampleEvent => ({ dataset: OKTA_DATASET, event })
const github = (event: RawEvent): SampleEvent => ({ dataset: GITHUB_DATASET, event })

function pastOr(past: Past | undefined, nowMs: number): Past {
  if (past !== undefined) return past
  const history = sampleHistory(nowMs)
  return (dataset) => history.filter((one) => one.dataset === dataset).map((one) => one.event)
}

function selfGrant(nowMs: number, given?: Past): readonly SampleEvent[] {
  const held = oktaStanding(pastOr(given, nowMs), jonas.email)
  // Never before his latest change on record: Okta's log states sets, and an old set would undo a newer one.
  const at = Math.max(lastNightAt(nowMs, 3 * 60 + 12), (held?.at ?? 0) + MINUTE_MS)
  const chance = createChance(`self-grant ${nowMs}`)
  const session = `102${chance.token(20)}`
  const roles = withSuperAdmin(held?.roles ?? [])
  return [
    okta(
      oktaEvent(chance, { eventType: 'user.session.start', at: at - 4 * MINUTE_MS, actor: jonas, session }),
    ),
    okta(oktaPrivilegeEvent(chance, { at, actor: jonas, grantee: jonas, roles, session })),
  ]
}

/** The order of events that Okta's advisory of August 2023 describes. */
function takeoverChain(nowMs: number): readonly SampleEvent[] {
  const chance = createChance(`takeover ${nowMs}`)
  const start = lastNightAt(nowMs, 2 * 60 + 31)
  const at = (minutes: number) => start + minutes * MINUTE_MS
  const helpDesk = staff('Emil Novak')
  const attacker = { actor: sofia, origin: HOSTING, session: `102${chance.token(20)}` }
  const fresh = account({
    name: 'Directory Sync',
    email: `directory-sync-${chance.token(4).toLowerCase()}@northwind.example`,
    oktaId: `00u${chance.token(17)}`,
  })
  const provider = { id: `0oa${chance.token(17)}`, type: 'IdentityProvider', alternateId: 'unknown' }
  const privilege = { ...attacker, grantee: fresh }
  return [
    oktaEvent(chance, {
      eventType: 'user.mfa.factor.reset_all',
      at: at(0),
      actor: helpDesk,
      targets: [userTarget(sofia)],
    }),
    oktaEvent(chance, { ...attacker, eventType: 'user.session.start', at: at(6) }),
    oktaEvent(chance, {
      ...attacker,
      eventType: 'user.session.impersonation.grant',
      at: at(9),
      targets: [userTarget(staff('Nadia Petrova'))],
    }),
    oktaEvent(chance, {
      ...attacker,
      eventType: 'system.idp.lifecycle.create',
      at: at(14),
      targets: [{ ...provider, displayName: 'Northwind Login 2' }],
    }),
    oktaEvent(chance, {
      ...attacker,
      eventType: 'user.lifecycle.create',
      at: at(17),
      targets: [userTarget(fresh)],
    }),
    oktaPrivilegeEvent(chance, { ...privilege, at: at(19), roles: [OKTA_ROLES.superAdmin] }),
    oktaPrivilegeEvent(chance, {
      ...privilege,
      at: at(23),
      roles: [OKTA_ROLES.superAdmin, OKTA_ROLES.appAdmin],
    }),
  ].map(okta)
}

function burst(nowMs: number): readonly SampleEvent[] {
  const chance = createChance(`burst ${nowMs}`)
  const start = latestWorkingTime(nowMs) - 9 * MINUTE_MS
  const at = (seconds: number) => start + seconds * 1000
  const repo = (index: number) => `${ORGANISATION}/${REPOSITORIES[index] ?? REPOSITORIES[0]}`
  const admin = { permission: 'admin' }
  const owner = { permission: 'admin', old_permission: 'read' }
  const given = { actor: priya }
  return [
    {
      ...given,
      action: 'repo.add_member',
      at: at(0),
      user: staff('Zoe Papadakis'),
      repo: repo(0),
      more: admin,
    },
    {
      ...given,
      action: 'repo.add_member',
      at: at(41),
      user: staff('Umar Farouk'),
      repo: repo(1),
      more: admin,
    },
    { ...given, action: 'org.update_member', at: at(95), user: staff('Zoe Papadakis'), more: owner },
    { ...given, action: 'repo.add_member', at: at(150), user: ana, repo: repo(3), more: admin },
    {
      ...given,
      action: 'team.promote_maintainer',
      at: at(204),
      user: staff('Umar Farouk'),
      team: `${ORGANISATION}/platform`,
    },
    {
      ...given,
      action: 'organization_role.assign',
      at: at(266),
      user: staff('Nadia Petrova'),
      more: { organization_role_name: 'All-repository admin' },
    },
  ].map((input) => github(githubEvent(chance, input)))
}

function outsideCollaborator(nowMs: number): readonly SampleEvent[] {
  const chance = createChance(`outside ${nowMs}`)
  const user = { login: 'gus-partner', githubId: 918_273 }
  const common = { actor: priya, user, repo: `${ORGANISATION}/payments` }
  const admin = { permission: 'admin' }
  const invited = { ...admin, invitee: user.login, inviter: priya.login, public_repo: false }
  return [
    { ...common, action: 'org.add_outside_collaborator', at: nowMs - 61_000, more: invited },
    { ...common, action: 'repo.add_member', at: nowMs - 60_000, more: admin },
  ].map((input) => github(githubEvent(chance, input)))
}

function breakGlass(nowMs: number, given?: Past): readonly SampleEvent[] {
  const grantee = account({
    name: 'Break Glass',
    email: 'break-glass@northwind.example',
    oktaId: '00u00breakglass00northwi',
  })
  const held = oktaStanding(pastOr(given, nowMs), grantee.email)
  const at = Math.max(nowMs - MINUTE_MS, (held?.at ?? 0) + 1000)
  const roles = withSuperAdmin(held?.roles ?? [])
  return [
    okta(oktaPrivilegeEvent(createChance(`break-glass ${nowMs}`), { at, actor: sofia, grantee, roles })),
  ]
}

function withSuperAdmin(roles: readonly string[]): readonly string[] {
  return [...roles.filter((role) => role !== OKTA_ROLES.superAdmin), OKTA_ROLES.superAdmin]
}
