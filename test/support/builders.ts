import type { Assessment } from '../../src/domain/assessment.ts'
import { type Grant, grantIdOf, grantKeyOf, type Role } from '../../src/domain/grant.ts'
import type { Party } from '../../src/domain/party.ts'
import { type Policy, type PolicyVersion, policySchema } from '../../src/domain/policy.ts'
import type { Review } from '../../src/domain/review.ts'

/** Builders show only what matters to a test; everything else is an ordinary grant on an ordinary Tuesday. */

export const TENANT = 't-test'
export const NOON = Date.parse('2026-11-24T12:00:00Z')

export function aParty(id: string, more: Partial<Party> = {}): Party {
  return { id, email: id.includes('@') ? id : null, name: null, type: 'user', ...more }
}

export function aRole(more: Partial<Role> = {}): Role {
  return {
    id: 'application-administrator',
    name: 'Application Administrator',
    tier: 'T1',
    scope: '*',
    ...more,
  }
}

export interface GrantParts extends Partial<Omit<Grant, 'role' | 'grantee' | 'grantor'>> {
  readonly role?: Partial<Role>
  readonly grantee?: Party | string
  readonly grantor?: Party | string | null
}

const party = (value: Party | string): Party => (typeof value === 'string' ? aParty(value) : value)

export function aGrant(parts: GrantParts = {}): Grant {
  const { role: roleParts, grantee: granteePart, grantor: grantorPart, ...rest } = parts
  const grantee = party(granteePart ?? 'ana@northwind.example')
  const grantor = grantorPart === null ? null : party(grantorPart ?? 'sofia@northwind.example')
  const role = aRole(roleParts)
  const base = { tenantId: TENANT, feedId: 'okta-logs', act: 'act-1', direction: 'given' as const, ...rest }
  const grantKey = grantKeyOf({
    feedId: base.feedId,
    act: base.act,
    direction: base.direction,
    granteeKey: grantee.id.toLowerCase(),
    roleId: role.id,
    scope: role.scope,
  })
  const at = new Date(rest.occurredAt ?? NOON)
  return {
    id: grantIdOf(base.tenantId, grantKey),
    grantKey,
    source: 'okta',
    kind: 'grant',
    grantee,
    grantor,
    role,
    granteePerson: (grantee.email ?? grantee.id).toLowerCase(),
    grantorPerson: grantor === null ? null : (grantor.email ?? grantor.id).toLowerCase(),
    standing: true,
    firstSeen: false,
    localHour: at.getUTCHours(),
    localDay: at.getUTCDay(),
    ingestedAt: new Date(at.getTime() + 5_000).toISOString(),
    raw: '{}',
    occurredAt: NOON,
    localOffsetMinutes: null,
    mechanism: 'console',
    ip: null,
    country: null,
    asn: null,
    userAgent: null,
    session: null,
    justification: null,
    ticket: null,
    expiresAt: null,
    path: null,
    holding: null,
    outcome: 'success',
    ...base,
  }
}

export function aReview(grant: Grant, parts: Partial<Review> = {}): Review {
  return {
    tenantId: grant.tenantId,
    grantId: grant.id,
    state: 'open',
    version: 1,
    origin: 'policy',
    band: 'medium',
    policyVersion: 1,
    openedAt: NOON,
    updatedAt: NOON,
    dueAt: null,
    escalatedAt: null,
    alreadyGoneAt: null,
    reopenedAt: null,
    settledByGrantId: null,
    blind: false,
    ...parts,
  }
}

export function anAssessment(grant: Grant, parts: Partial<Assessment> = {}): Assessment {
  return {
    tenantId: grant.tenantId,
    grantId: grant.id,
    revision: 1,
    assessedAt: NOON,
    policyVersion: 1,
    baseline: { score: 50, band: 'medium', evidence: [] },
    model: { kind: 'rules' },
    verdict: { band: 'medium', floor: null, waits: false },
    disposition: 'review',
    ...parts,
  }
}

export function aPolicy(parts: Record<string, unknown> = {}): Policy {
  return policySchema.parse({ mode: 'live', people: { reviewers: ['U0MAYA', 'U0DEV'] }, ...parts })
}

export function aPolicyVersion(
  policy: Policy = aPolicy(),
  parts: Partial<PolicyVersion> = {},
): PolicyVersion {
  return { tenantId: TENANT, version: 1, policy, author: 'test', reason: 'test', savedAt: NOON, ...parts }
}
