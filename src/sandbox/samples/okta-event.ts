import type { Chance } from './chance.ts'
import type { Employee } from './staff.ts'

export const OKTA_DATASET = 'okta-logs'

export const OKTA_ROLES = {
  superAdmin: 'Super administrator',
  orgAdmin: 'Organization administrator',
  appAdmin: 'Application administrator (all)',
  groupAdmin: 'Group administrator (all)',
  helpDesk: 'Help desk administrator (all)',
  certifications: 'Access certifications administrator',
  requests: 'Access requests administrator',
} as const

/** Where a request came from. */
export interface Origin {
  readonly ip: string
  readonly city: string
  readonly country: string
  readonly isProxy: boolean
}

const OFFICE = { city: 'Berlin', country: 'Germany', isProxy: false } as const
export const HOSTING: Origin = { ip: '203.0.113.66', city: 'Reykjavik', country: 'Iceland', isProxy: true }

const BROWSER =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'

const TITLES: Readonly<Record<string, readonly [displayMessage: string, legacy: string]>> = {
  'user.account.privilege.grant': ['Grant user privilege', 'core.user.admin_privilege.granted'],
  'user.account.privilege.revoke': ['Revoke user privilege', 'core.user.admin_privilege.revoked'],
  'group.privilege.grant': ['Grant group privilege', 'core.group.admin_privilege.granted'],
  'user.session.start': ['User login to Okta', 'core.user_auth.login_success'],
  'user.authentication.sso': ['User single sign on to app', 'core.user_auth.sso'],
  'user.authentication.auth_via_mfa': ['Authentication of user via MFA', 'core.user.factor.attempt_success'],
  'application.user_membership.add': [
    'Add user to application membership',
    'app.generic.config.app_user_add',
  ],
  'group.user_membership.add': ['Add user to group membership', 'core.user_group_member.user_add'],
  'user.lifecycle.create': ['Create okta user', 'core.user.config.user_creation.success'],
  'user.mfa.factor.reset_all': ['Reset all factors for user', 'core.user.factor.reset_all'],
  'user.session.impersonation.grant': ['Enable impersonation grant', 'core.user.impersonation.grant.enabled'],
  'user.session.impersonation.initiate': [
    'Session impersonation initiated',
    'core.user.impersonation.session',
  ],
  'system.idp.lifecycle.create': ['Create Identity provider', 'core.idp.lifecycle.create'],
  'system.api_token.create': ['Create API token', 'api.token.create'],
}

export interface OktaTarget {
  readonly id: string
  readonly type: string
  readonly alternateId: string
  readonly displayName: string
}

export interface OktaInput {
  readonly eventType: string
  readonly at: number
  readonly actor: Employee
  readonly targets?: readonly OktaTarget[]
  readonly debugData?: Readonly<Record<string, string>>
  readonly origin?: Origin
  /** Ties the session's events together; a session of its own where it is left out. */
  readonly session?: string
}

export type RawEvent = Readonly<Record<string, unknown>>

export function userTarget(employee: Employee): OktaTarget {
  return { id: employee.oktaId, type: 'User', alternateId: employee.email, displayName: employee.name }
}

/** One record of the Okta System Log, in the form in which Okta's API hands it out. */
export function oktaEvent(chance: Chance, input: OktaInput): RawEvent {
  const { actor, eventType } = input
  const origin: Origin = input.origin ?? { ...OFFICE, ip: actor.ip }
  const [displayMessage, legacyEventType] = TITLES[eventType] ?? [eventType, eventType]
  const published = new Date(input.at).toISOString()
  return {
    _time: published,
    uuid: chance.uuid(),
    published,
    eventType,
    version: '0',
    severity: 'INFO',
    legacyEventType,
    displayMessage,
    actor: { id: actor.oktaId, type: 'User', alternateId: actor.email, displayName: actor.name },
    client: {
      userAgent: { rawUserAgent: BROWSER, os: 'Mac OS X', browser: 'CHROME' },
      zone: 'null',
      device: 'Computer',
      ipAddress: origin.ip,
      geographicalContext: { city: origin.city, country: origin.country },
    },
    outcome: { result: 'SUCCESS' },
    target: input.targets ?? [],
    transaction: { type: 'WEB', id: chance.token(27) },
    debugContext: { debugData: { requestId: chance.token(27), ...input.debugData } },
    authenticationContext: { externalSessionId: input.session ?? `102${chance.token(20)}` },
    securityContext: { isProxy: origin.isProxy },
  }
}

export interface PrivilegeInput {
  readonly at: number
  readonly actor: Employee
  readonly grantee: Employee
  /** Every role that the grantee holds afterwards: Okta logs the whole set. */
  readonly roles: readonly string[]
  /** Roles that went, stated by Okta only where none is left. */
  readonly gone?: readonly string[]
  readonly origin?: Origin
  readonly session?: string
}

/** What Okta logs when a user's administrator roles change: the set that is left, or that all are gone. */
export function oktaPrivilegeEvent(chance: Chance, input: PrivilegeInput): RawEvent {
  const isRevoked = input.roles.length === 0
  const url = `/api/internal/administrators/${input.grantee.oktaId}`
  return oktaEvent(chance, {
    eventType: isRevoked ? 'user.account.privilege.revoke' : 'user.account.privilege.grant',
    at: input.at,
    actor: input.actor,
    targets: [userTarget(input.grantee)],
    debugData: {
      ...(isRevoked
        ? { privilegeRevoked: (input.gone ?? []).join(', ') }
        : { privilegeGranted: input.roles.join(', ') }),
      requestUri: url,
      url,
    },
    ...(input.origin && { origin: input.origin }),
    ...(input.session && { session: input.session }),
  })
}
