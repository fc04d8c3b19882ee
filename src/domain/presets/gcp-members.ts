import { emailOf, identityOf } from '../event-fields.ts'
import type { Party, PartyType } from '../party.ts'

/**
 * Members of bindings, as https://cloud.google.com/iam/docs/principal-identifiers writes them: "user:USER_EMAIL",
 * "serviceAccount:SA_EMAIL", "group:GROUP_EMAIL", "domain:DOMAIN", "allUsers", "allAuthenticatedUsers",
 * "deleted:user:USER_EMAIL?uid=UID". The id is the address alone, as records of sign-ins and approvals have it.
 */

const KINDS: Readonly<Record<string, PartyType>> = {
  user: 'user',
  serviceAccount: 'service',
  group: 'group',
}
const MEMBER_MAX = 2_000
const PUBLIC_MEMBERS = ['allUsers', 'allAuthenticatedUsers']
const ACCOUNT_DOMAIN = /(^|\.)gserviceaccount\.com$/i

/** Mail services open to anybody: an address there is nobody's employee. */
const PUBLIC_MAIL = new Set([
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'yahoo.com',
  'icloud.com',
  'proton.me',
  'protonmail.com',
  'gmx.com',
  'gmx.de',
  'aol.com',
  'mail.com',
  'mail.ru',
  'yandex.com',
  'yandex.ru',
  'qq.com',
])

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

/** A member of a binding; external when its domain is neither the grantor's nor one that a firm can own. */
export function gcpMember(value: unknown, grantor: Party | null): Party | null {
  if (typeof value !== 'string' || value.length > MEMBER_MAX) return null
  const text = value.trim().replace(/^deleted:/, '')
  if (PUBLIC_MEMBERS.includes(text)) return { id: text, email: null, name: 'Everybody', type: 'external' }
  const [, kind = '', rest = ''] = /^([a-zA-Z]+):(?!\/\/)(.*)$/s.exec(text) ?? []
  if (!Object.hasOwn(KINDS, kind)) return gcpPrincipal(text, kind === '' ? undefined : 'group')
  const address = rest.replace(/\?uid=\d+$/, '')
  const party = gcpPrincipal(address, KINDS[kind])
  if (party === null || party.type === 'service') return party
  return isExternal(address, grantor) ? { ...party, type: 'external' } : party
}

function isExternal(address: string, grantor: Party | null): boolean {
  if (!address.includes('@')) return false
  const domain = domainOf(address)
  const own = grantor?.email === null || grantor?.type !== 'user' ? null : domainOf(grantor.email)
  if (own === null) return PUBLIC_MAIL.has(domain)
  return domain !== own && !domain.endsWith(`.${own}`) && !own.endsWith(`.${domain}`)
}

/** Somebody who calls, by the address or the subject that the log states. */
export function gcpPrincipal(value: unknown, stated?: PartyType): Party | null {
  const id = identityOf(value)
  if (id === null) return null
  const bare = /^(user|serviceAccount):/.test(id) ? id.slice(id.indexOf(':') + 1) : id
  return { id: bare, email: emailOf(bare), name: null, type: stated ?? typeOf(bare) }
}

function typeOf(id: string): PartyType {
  if (id.startsWith('principalSet:')) return 'group'
  if (id.startsWith('principal:')) return id.includes('/workforcePools/') ? 'user' : 'service'
  if (!id.includes('@')) return 'unknown'
  return ACCOUNT_DOMAIN.test(domainOf(id)) ? 'service' : 'user'
}

const AGENT_DOMAIN =
  /^(gcp-sa-[a-z0-9-]+\.iam|(compute-system|container-engine-robot|containerregistry|cloudcomposer-accounts|dataflow-service-producer-prod|dataproc-accounts|gcf-admin-robot|gs-project-accounts|serverless-robot-prod|service-networking|cloud-tpu|cloud-ml\.google\.com|firebase-rules|bigquery-encryption)\.iam|cloudservices|cloudbuild)\.gserviceaccount\.com$/i

/** An account that Google itself runs in a project; nobody holds its keys. */
export function isServiceAgent(party: Party): boolean {
  return party.id.includes('@') && AGENT_DOMAIN.test(domainOf(party.id))
}

/** The agent by which Privileged Access Manager changes policies. */
export function isAccessManager(party: Party | null): boolean {
  return party !== null && /@gcp-sa-pam\.iam\.gserviceaccount\.com$/i.test(party.id)
}
