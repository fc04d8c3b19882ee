import type { Chance } from './chance.ts'
import { githubEvent, ORGANISATION } from './github-event.ts'
import { atLocal, isWeekend, type LocalDay } from './local-time.ts'
import { type OktaTarget, oktaEvent, type RawEvent, userTarget } from './okta-event.ts'
import { type Employee, jonas, priya, STAFF, sofia } from './staff.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const OKTA_PER_WORKDAY = 22
const GITHUB_PER_WORKDAY = 16
const PER_WEEKEND_DAY = 3

interface Span {
  /** The first day that has none. */
  readonly end: LocalDay
  readonly days: number
}

function moments(chance: Chance, span: Span, perWorkday: number): readonly number[] {
  return Array.from({ length: span.days }, (_, index) => span.end - (span.days - index) * DAY_MS).flatMap(
    (day) =>
      Array.from({ length: isWeekend(day) ? PER_WEEKEND_DAY : perWorkday }, () =>
        atLocal(day, chance.between(7 * 60 + 30, 18 * 60 + 45), chance.between(0, 59)),
      ),
  )
}

function anyone(chance: Chance): Employee {
  return STAFF[chance.between(0, STAFF.length - 1)] ?? sofia
}

const APPS = ['Expenses', 'Wiki', 'Payroll', 'Statuspage'] as const

function appTarget(name: string): OktaTarget {
  return {
    id: `0oa${name.toLowerCase()}northwind`,
    type: 'AppInstance',
    alternateId: name,
    displayName: name,
  }
}

function groupTarget(name: string): OktaTarget {
  return {
    id: `00g${name.toLowerCase()}northwind`,
    type: 'UserGroup',
    alternateId: 'unknown',
    displayName: name,
  }
}

/** What fills a System Log: people who log in and open things, and the help desk's ordinary work. */
export function oktaNoise(chance: Chance, span: Span): readonly RawEvent[] {
  return moments(chance, span, OKTA_PER_WORKDAY).map((at) => {
    const actor = anyone(chance)
    const kind = chance.next()
    if (kind < 0.45) return oktaEvent(chance, { eventType: 'user.session.start', at, actor })
    if (kind < 0.75) {
      const targets = [appTarget(chance.pick(APPS)), userTarget(actor)]
      return oktaEvent(chance, { eventType: 'user.authentication.sso', at, actor, targets })
    }
    if (kind < 0.9) return oktaEvent(chance, { eventType: 'user.authentication.auth_via_mfa', at, actor })
    return helpDeskWork(chance, { at, kind, whom: userTarget(actor) })
  })
}

function helpDeskWork(chance: Chance, input: { at: number; kind: number; whom: OktaTarget }): RawEvent {
  const { at, kind, whom } = input
  if (kind < 0.95) {
    const targets = [whom, appTarget(chance.pick(APPS))]
    return oktaEvent(chance, { eventType: 'application.user_membership.add', at, actor: sofia, targets })
  }
  if (kind < 0.985) {
    const targets = [whom, groupTarget(chance.pick(['Berlin', 'Engineering', 'Finance']))]
    return oktaEvent(chance, { eventType: 'group.user_membership.add', at, actor: jonas, targets })
  }
  return oktaEvent(chance, { eventType: 'user.mfa.factor.reset_all', at, actor: sofia, targets: [whom] })
}

const GITHUB_ACTIONS = [
  'git.clone',
  'git.push',
  'git.fetch',
  'pull_request.merge',
  'workflows.completed_workflow_run',
  'pull_request.create',
] as const

/** What fills an organisation's audit log: pushes, merges and runs, and now and then a new team member. */
export function githubNoise(chance: Chance, span: Span): readonly RawEvent[] {
  return moments(chance, span, GITHUB_PER_WORKDAY).map((at) => {
    const actor = anyone(chance)
    const repo = `${ORGANISATION}/${chance.pick(['payments', 'console', 'billing-api', 'handbook'])}`
    if (chance.next() < 0.03) {
      const team = `${ORGANISATION}/${chance.pick(['platform', 'payments', 'console'])}`
      return githubEvent(chance, { action: 'team.add_member', at, actor: priya, user: actor, team })
    }
    return githubEvent(chance, { action: chance.pick(GITHUB_ACTIONS), at, actor, repo })
  })
}
