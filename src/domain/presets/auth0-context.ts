import { emailOf, objectsAt, textAt, valueAt } from '../event-fields.ts'
import type { Party } from '../party.ts'
import { type Auth0Event, BODY, identityIn, listIn, userOf, valueIn } from './auth0-event.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { weakenedControl } from './control-catalogue.ts'
import type { Reading } from './preset.ts'
import {
  changed,
  GRANTEE_NOT_STATED,
  NO_CHANGE,
  NOT_PRIVILEGE_EVENT,
  observed,
  readingOf,
} from './reading.ts'

/** Calls of Auth0's log that give nothing by themselves: invitations, credentials, accounts, weakened controls. */

const INVITED_MAX = 200

/** Whoever is invited has no account yet, so their address stands for them. */
export function invitation(event: Auth0Event, scope: string): Reading {
  const { call } = event
  const answered = objectsAt(call.fields, 'details.response.body').map((item) => valueAt(item, 'email'))
  const addresses = [...listIn(event, 'owners'), valueIn(call, `${BODY}.invitee.email`), ...answered]
  const invited = [...new Set(addresses.flatMap((address) => emailOf(address) ?? []))].slice(0, INVITED_MAX)
  const parties = invited.map((email): Party => ({ id: email, email, name: null, type: 'user' }))
  return readingOf(
    parties.map((party) => observed(event.facts, 'context', party, contextRole('invitation', scope))),
    GRANTEE_NOT_STATED,
  )
}

export function byCaller(event: Auth0Event, what: ContextId, thing: string | null | undefined): Reading {
  return changed(event.facts, 'context', event.facts.grantor, contextRole(what, thing ?? '*'))
}

export function aboutUser(event: Auth0Event, what: ContextId, user: string | undefined): Reading {
  return changed(event.facts, 'context', userOf(user ?? null), contextRole(what))
}

export function userCreated(event: Auth0Event): Reading {
  const email = emailOf(valueIn(event.call, `${BODY}.email`))
  const id = identityIn(event.call, 'details.response.body.user_id') ?? email
  return changed(event.facts, 'context', userOf(id, email), contextRole('account-created'))
}

/** An empty list of policies asks nobody for a second factor any more. */
export function factorPolicy(event: Auth0Event): Reading {
  const policies = valueIn(event.call, BODY)
  const isEmpty = Array.isArray(policies) ? policies.length === 0 : policies === '[]'
  return isEmpty ? weakened(event, 'two-factor-requirement') : NOT_PRIVILEGE_EVENT
}

export function logStreamChanged(event: Auth0Event): Reading {
  const status = identityIn(event.call, `${BODY}.status`)?.toLowerCase()
  return status === 'paused' || status === 'suspended' ? weakened(event, 'audit-log') : NO_CHANGE
}

export function weakened(event: Auth0Event, control: 'two-factor-requirement' | 'audit-log'): Reading {
  const tenant = textAt(event.call.fields, 'tenant_name', 100) ?? 'the tenant'
  const everyone: Party = { id: 'tenant', email: null, name: `Everyone in ${tenant}`, type: 'group' }
  return changed(event.facts, 'control_weakened', everyone, weakenedControl(control, '*'))
}
