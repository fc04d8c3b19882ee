import { type Fields, identityOf, valueAt } from '../event-fields.ts'
import type { Tier } from '../grant.ts'
import type { Party } from '../party.ts'
import { isAllow, statementsOf, textsAt } from './aws-cloudtrail-documents.ts'
import { type Account, principalParty, wholeAccount } from './aws-cloudtrail-parties.ts'

/** Who a trust policy lets act as a role. */

export interface Trusted {
  readonly party: Party
  /**
   * Null where trust gives nothing by itself: an AWS service acts for those who may pass it the role, and the account
   * as a whole for those whom policies of its own let assume it.
   */
  readonly tier: Tier | null
}

/** A trust policy names a handful; more than this many are not shown one by one. */
const TRUSTED_MAX = 100
const ANYONE: Party = { id: '*', email: null, name: 'Anyone', type: 'external' }
const PUBLIC_PROVIDER = /^(accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com|cognito-identity\.)/

/** The principals that may act as the role, each once; null when no document is stated. */
export function trustedBy(document: unknown, own: Account): readonly Trusted[] | null {
  const statements = statementsOf(document)
  if (statements === null) return null
  const trusted = new Map<string, Trusted>()
  for (const statement of statements.filter(isAllow))
    for (const one of principalsOf(statement, own))
      if (trusted.size < TRUSTED_MAX && !trusted.has(one.party.id.toLowerCase()))
        trusted.set(one.party.id.toLowerCase(), one)
  return [...trusted.values()]
}

function principalsOf(statement: Fields, own: Account): readonly Trusted[] {
  // Everybody but somebody is everybody.
  if (valueAt(statement, 'NotPrincipal') !== undefined || valueAt(statement, 'Principal') === '*')
    return [{ party: ANYONE, tier: 'T0' }]
  return [
    ...textsAt(statement, 'Principal.AWS').map((text) => accountPrincipal(text, own)),
    ...textsAt(statement, 'Principal.Service').flatMap((text) => servicePrincipal(text)),
    ...textsAt(statement, 'Principal.Federated').flatMap((text) => federatedPrincipal(text, own)),
  ]
}

function accountPrincipal(text: string, own: Account): Trusted {
  const bare = text.trim()
  if (bare === '*') return { party: ANYONE, tier: 'T0' }
  const isArn = bare.startsWith('arn:')
  const id = identityOf(bare) ?? 'unnamed'
  // Beside ARNs and account numbers there are unique ids, which AWS leaves behind when a principal is deleted.
  const party =
    !isArn && /^AIDA|^AROA/.test(bare)
      ? { id, email: null, name: null, type: 'unknown' as const }
      : isArn
        ? principalParty(bare, own)
        : wholeAccount(id, own)
  const isWholeAccount = party.type === 'group'
  return { party, tier: party.type === 'external' ? 'T0' : isWholeAccount ? null : 'T2' }
}

function servicePrincipal(text: string): readonly Trusted[] {
  const id = identityOf(text)
  return id === null ? [] : [{ party: { id, email: null, name: null, type: 'service' }, tier: null }]
}

/** An identity provider: its people come from outside AWS, by OpenID Connect often from outside the company. */
function federatedPrincipal(text: string, own: Account): readonly Trusted[] {
  const id = identityOf(text)
  if (id === null) return []
  const name = /provider\/(.+)$/s.exec(id)?.[1] ?? null
  const isOwn = principalParty(id, own).type !== 'external' && !PUBLIC_PROVIDER.test(id)
  if (isOwn && id.includes(':saml-provider/'))
    return [{ party: { id, email: null, name, type: 'group' }, tier: 'T2' }]
  return [{ party: { id, email: null, name, type: 'external' }, tier: isOwn ? 'T1' : 'T0' }]
}
