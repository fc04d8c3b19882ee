import { randomBytes, randomUUID } from 'node:crypto'

/** Raw audit events as the sources write them. Ids are new each time, so that no two are one event. */

export type RawEvent = Readonly<Record<string, unknown>>

/** Someone of the sample company, as Okta and GitHub name them. */
export interface Colleague {
  readonly oktaId: string
  readonly email: string
  readonly name: string
  readonly login: string
}

function colleague(name: string, email: string): Colleague {
  const login = name.toLowerCase().replaceAll(' ', '-')
  return { oktaId: `00u${login.replaceAll('-', '').padEnd(17, '0').slice(0, 17)}`, email, name, login }
}

export const SOFIA = colleague('Sofia Lindqvist', 'sofia@northwind.example')
export const JONAS = colleague('Jonas Weber', 'jonas@northwind.example')
export const PRIYA = colleague('Priya Raman', 'priya@northwind.example')
export const ANA = colleague('Ana Torres', 'ana@northwind.example')
export const MAYA = colleague('Maya Okafor', 'maya@northwind.example')

/** Somebody who has never been in any log. */
export function aStranger(): Colleague {
  const code = randomBytes(4).toString('hex')
  return colleague(`Noor ${code}`, `noor-${code}@northwind.example`)
}

const token = (length: number): string => randomBytes(length).toString('base64url').slice(0, length)

export interface OktaParts {
  readonly eventType: string
  readonly grantor?: Colleague
  readonly targets: readonly RawEvent[]
  readonly debugData?: RawEvent
  readonly at?: number
  readonly requestId?: string
}

/** One record of the Okta System Log. */
export function oktaEvent(parts: OktaParts): RawEvent {
  const { eventType, grantor = JONAS, targets, debugData = {}, at, requestId = token(27) } = parts
  const published = new Date(at ?? Date.now()).toISOString()
  return {
    _time: published,
    uuid: randomUUID(),
    published,
    eventType,
    version: '0',
    severity: 'INFO',
    displayMessage: 'Grant user privilege',
    actor: oktaUser(grantor),
    client: {
      userAgent: {
        rawUserAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)',
        os: 'Mac OS X',
        browser: 'CHROME',
      },
      zone: 'null',
      device: 'Computer',
      id: null,
      ipAddress: '198.51.100.23',
      geographicalContext: { city: 'Berlin', state: 'Berlin', country: 'Germany', postalCode: '10115' },
    },
    outcome: { result: 'SUCCESS', reason: null },
    target: targets,
    transaction: { type: 'WEB', id: token(27), detail: {} },
    debugContext: {
      debugData: { requestId, requestUri: '/api/internal/administrators', ...debugData },
    },
    authenticationContext: { externalSessionId: `102${token(20)}`, authenticationStep: 0 },
    securityContext: { isProxy: false },
  }
}

export function oktaUser(person: Colleague): RawEvent {
  return {
    id: person.oktaId,
    type: 'User',
    alternateId: person.email,
    displayName: person.name,
    detailEntry: null,
  }
}

export interface Given {
  readonly grantee: Colleague
  readonly grantor?: Colleague
  readonly at?: number
  readonly requestId?: string
}

export const SUPER_ADMIN = 'Super administrator'
export const HELP_DESK = 'Help desk administrator (all)'
export const READ_ONLY = 'Read only admin'

/** Okta's usual record: all roles that the grantee holds now; none left makes it the record of a revoke. */
export function oktaRoles(
  given: Given & { readonly roles: readonly string[]; readonly gone?: string },
): RawEvent {
  const { grantee, roles, gone = '', ...rest } = given
  const isRevoked = roles.length === 0
  return oktaEvent({
    ...rest,
    eventType: isRevoked ? 'user.account.privilege.revoke' : 'user.account.privilege.grant',
    targets: [oktaUser(grantee)],
    debugData: isRevoked ? { privilegeRevoked: gone } : { privilegeGranted: roles.join(', ') },
  })
}

/** One record of a GitHub organisation's audit log, as it is streamed. */
export function githubEvent(
  action: string,
  { grantee, grantor = PRIYA, at }: Given,
  more: RawEvent = {},
): RawEvent {
  const time = at ?? Date.now()
  return {
    _time: new Date(time).toISOString(),
    '@timestamp': time,
    _document_id: token(22),
    action,
    actor: grantor.login,
    actor_id: 48_211,
    actor_location: { country_code: 'DE' },
    created_at: time,
    external_identity_nameid: grantor.email,
    operation_type: 'modify',
    org: 'northwind',
    org_id: 7_204_411,
    user: grantee.login,
    user_id: 90_000,
    ...more,
  }
}

export function githubOwner(given: Given): RawEvent {
  return githubEvent('org.update_member', given, { permission: 'admin', old_permission: 'read' })
}

export function githubOwnerTaken(given: Given): RawEvent {
  return githubEvent('org.update_member', given, { permission: 'read', old_permission: 'admin' })
}

export function githubRepositoryAdmin(given: Given, repository = 'northwind/site'): RawEvent {
  return githubEvent('repo.add_member', given, {
    repo: repository,
    permission: 'admin',
    visibility: 'private',
  })
}

export function githubRepositoryAdminTaken(given: Given, repository = 'northwind/site'): RawEvent {
  return githubEvent('repo.remove_member', given, {
    repo: repository,
    permission: 'admin',
    visibility: 'private',
  })
}

/** Our own simple form. */
export function plainEvent(parts: RawEvent & { readonly kind: 'grant' | 'removal' }): RawEvent {
  const time = new Date().toISOString()
  return {
    _time: time,
    id: randomUUID(),
    time,
    role: 'operator',
    grantor: 'jonas@northwind.example',
    ...parts,
  }
}
