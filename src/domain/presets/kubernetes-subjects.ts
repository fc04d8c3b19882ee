import { emailOf, type Fields, identityOf, valueAt } from '../event-fields.ts'
import type { Party, PartyType } from '../party.ts'

/** Who calls, and whom bindings name: people, groups and the accounts of services. */

/** Subjects that stand for nearly everybody, or for whoever comes along. */
const EVERYBODY = [
  'system:authenticated',
  'system:unauthenticated',
  'system:anonymous',
  'system:serviceaccounts',
]

export function isEverybody(party: Party): boolean {
  return EVERYBODY.includes(party.id)
}

/** All accounts of one namespace. */
export function isWholeNamespace(party: Party): boolean {
  return party.type === 'group' && party.id.startsWith('system:serviceaccounts:')
}

function typeOf(name: string): PartyType {
  if (name === 'system:anonymous') return 'external'
  if (name.startsWith('system:') || /\.gserviceaccount\.com$/i.test(name)) return 'service'
  return /^arn:[^:]*:(sts|iam)::\d*:(assumed-)?role\//.test(name) ? 'unknown' : 'user'
}

/** A user by the name that the API server knows it by; accounts of services have such names too. */
export function accountNamed(value: unknown): Party | null {
  const id = identityOf(value)
  return id === null ? null : { id, email: emailOf(id), name: null, type: typeOf(id) }
}

export function serviceAccount(namespace: string | null, name: string): Party {
  const id = identityOf(`system:serviceaccount:${namespace ?? 'default'}:${name}`) ?? name
  return { id, email: null, name: null, type: 'service' }
}

/** One entry of a binding's `subjects`; an account of a service lives in its own or in the binding's namespace. */
export function subjectOf(subject: Fields, bindingNamespace: string | null): Party | null {
  const name = identityOf(valueAt(subject, 'name'))
  if (name === null) return null
  const kind = valueAt(subject, 'kind')
  if (kind === 'ServiceAccount')
    return serviceAccount(identityOf(valueAt(subject, 'namespace')) ?? bindingNamespace, name)
  if (kind === 'Group' || kind === 'SystemGroup')
    return { id: name, email: emailOf(name), name: null, type: 'group' }
  return accountNamed(name)
}

/** Whoever a thing names that the record does not show. */
export function unnamedSubjects(thing: string): Party {
  const id = identityOf(`subjects-of:${thing}`) ?? 'subjects-of'
  return { id, email: null, name: 'Whoever the binding names', type: 'unknown' }
}
