import { emailOf, type Fields, identityOf, objectsAt, textOf, valueAt } from '../event-fields.ts'
import type { Mechanism } from '../grant.ts'
import type { Party, PartyType } from '../party.ts'
import { guidOf } from './azure-roles.ts'
import type { Facts } from './reading.ts'

/** Whoever made a call of the activity log, by the claims of their token. */

/** The value at the first of the paths that has one. */
export function firstValue(fields: Fields, paths: readonly string[]): unknown {
  for (const path of paths) {
    const value = valueAt(fields, path)
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

const CLAIMS = ['identity.claims', 'claims', 'Claims_d', 'Claims', 'azure.activitylogs.identity.claims']
const OBJECT_ID = 'http://schemas.microsoft.com/identity/claims/objectidentifier'
const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'
const NAME = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name'

/** The claims of the caller's token, found once for all that is read of them. */
export interface Claims {
  readonly at: (name: string) => unknown
}

export function claimsOf(fields: Fields): Claims {
  for (const place of CLAIMS) {
    const [claims] = objectsAt(fields, place)
    if (claims !== undefined) return { at: (name) => claimAt(claims, '', name) }
  }
  const place = CLAIMS.find((start) => hasNameFrom(fields, start))
  return { at: (name) => (place === undefined ? undefined : claimAt(fields, `${place}.`, name)) }
}

/** Elastic does not keep the dots of a claim's name. */
function claimAt(fields: Fields, start: string, name: string): unknown {
  return valueAt(fields, start + name) ?? valueAt(fields, start + name.replaceAll('.', '_'))
}

const NAMES_MAX = 2_000

/** Whether a record whose fields were flattened has any below this place. */
function hasNameFrom({ root, base }: Fields, place: string): boolean {
  if (typeof root !== 'object' || root === null) return false
  const start = `${base}${place}.`
  return Object.keys(root)
    .slice(0, NAMES_MAX)
    .some((name) => name.startsWith(start) || name.startsWith(start.toLowerCase()))
}

const CALLERS = [
  'caller',
  'Caller',
  'azure.activitylogs.caller',
  'azure.activitylogs.identity.claims_initiated_by_user.name',
  'user.email',
]

/** Whoever called: by the object id of the directory, which is also how assignments name their principals. */
function callerOf(fields: Fields, claims: Claims): Party | null {
  const caller = identityOf(firstValue(fields, CALLERS))
  const login = identityOf(claims.at(UPN)) ?? identityOf(claims.at(NAME)) ?? identityOf(claims.at('upn'))
  const title = textOf(claims.at('name'), 200)
  const email = emailOf(login) ?? emailOf(caller) ?? emailOf(title)
  const id = guidOf(textOf(claims.at(OBJECT_ID))) ?? guidOf(textOf(claims.at('oid'))) ?? caller ?? login
  const known = id ?? email
  if (known === null) return null
  // Only programs sign in with a secret or a certificate of their own.
  const isProgram = textOf(claims.at('idtyp')) === 'app' || /^[12]$/.test(textOf(claims.at('appidacr')) ?? '')
  const isApplication = email === null && (isProgram || guidOf(caller) !== null)
  return {
    id: known,
    email,
    name: title === email ? null : title,
    type: typeOfCaller(login ?? caller, email !== null, isApplication),
  }
}

/** Guests keep the mark of their coming from elsewhere in their login. */
function typeOfCaller(login: string | null, hasEmail: boolean, isApplication: boolean): PartyType {
  if (login?.includes('#EXT#')) return 'external'
  if (hasEmail) return 'user'
  return isApplication ? 'service' : 'unknown'
}

const PORTAL = ['c44b4083-3bb0-49c1-b47d-974e53cbdf3c', '89bee1f7-5e6e-4d8a-9f3d-ecd601259da7']
const COMMAND_LINES = ['04b07795-8ddb-461a-bbee-02f9e1bf7b46', '1950a258-227b-4e31-a9cf-717495945fc2']
/** Privileged Identity Management's own application, which makes and ends the assignments that it was asked for. */
const PIM = '01fc33a7-78ba-4d2f-a4b7-768e336e890e'

/** Who did it and how; Privileged Identity Management acts for somebody whom only the request before it names. */
export function actorOf(fields: Fields, claims: Claims): Pick<Facts, 'grantor' | 'mechanism' | 'path'> {
  const caller = callerOf(fields, claims)
  const application = guidOf(textOf(claims.at('appid')))
  if (application === PIM || caller?.id === 'MS-PIM' || caller?.name === 'MS-PIM')
    return { grantor: null, mechanism: 'pim', path: 'sanctioned' }
  let mechanism: Mechanism = caller?.type === 'service' ? 'api' : 'unknown'
  if (application !== null && PORTAL.includes(application)) mechanism = 'console'
  if (application !== null && COMMAND_LINES.includes(application)) mechanism = 'api'
  return { grantor: caller, mechanism, path: null }
}
