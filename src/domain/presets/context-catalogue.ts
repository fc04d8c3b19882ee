import type { Role } from '../grant.ts'

/**
 * Context that presets recognise, under the same ids in every source, since it is evidence for grants of other
 * sources too. In its observation the grantee is the person concerned, the grantor whoever did it, and the scope
 * the thing made or changed (a token's id, a factor, the role of an approval), or `*`.
 */
const NAMES = {
  'mfa-reset': 'Sign-in factors reset or removed',
  'identity-provider': 'Identity provider or federation added or changed',
  'api-token': 'Token, key or secret created',
  'account-created': 'Account created',
  'password-reset': 'Password reset by somebody else',
  impersonation: 'Signed in as somebody else, or let support in',
  invitation: 'Invited',
  /** The scope is the role's id; the grantor is whoever approved. */
  approval: 'Request for a role approved',
  /** A sign-in or use of an account or role kept for emergencies. */
  'break-glass-use': 'Emergency account or role used',
} as const

export type ContextId = keyof typeof NAMES
export const CONTEXT_IDS = Object.keys(NAMES) as readonly ContextId[]

/** The role that stands for a piece of context; its tier says nothing. */
export function contextRole(id: ContextId, scope = '*'): Role {
  return { id, name: NAMES[id], tier: 'T2', scope }
}
