import type { Grant } from '../domain/grant.ts'
import { type Party, partyKey } from '../domain/party.ts'
import { flag, type GrantRow, type NewGrantRow } from './schema.ts'

export function toRow(grant: Grant): NewGrantRow {
  const { grantee, grantor, role } = grant
  return {
    tenant_id: grant.tenantId,
    id: grant.id,
    grant_key: grant.grantKey,
    feed_id: grant.feedId,
    source: grant.source,
    act: grant.act,
    kind: grant.kind,
    direction: grant.direction,
    grantee_key: partyKey(grantee),
    grantee_id: grantee.id,
    grantee_email: grantee.email,
    grantee_name: grantee.name,
    grantee_type: grantee.type,
    grantee_person: grant.granteePerson,
    grantor_id: grantor?.id ?? null,
    grantor_email: grantor?.email ?? null,
    grantor_name: grantor?.name ?? null,
    grantor_type: grantor?.type ?? null,
    grantor_person: grant.grantorPerson,
    role_id: role.id,
    role_name: role.name,
    tier: role.tier,
    scope: role.scope,
    standing: flag(grant.standing),
    first_seen: flag(grant.firstSeen),
    mechanism: grant.mechanism,
    ip: grant.ip,
    country: grant.country,
    asn: grant.asn,
    user_agent: grant.userAgent,
    session: grant.session,
    justification: grant.justification,
    ticket: grant.ticket,
    // Sources write fractions of a millisecond; both engines keep whole ones.
    expires_at: grant.expiresAt === null ? null : Math.trunc(grant.expiresAt),
    path: grant.path,
    holding: grant.holding,
    outcome: grant.outcome,
    occurred_at: Math.trunc(grant.occurredAt),
    local_offset_minutes: grant.localOffsetMinutes === null ? null : Math.trunc(grant.localOffsetMinutes),
    local_hour: grant.localHour,
    local_day: grant.localDay,
    ingested_at: grant.ingestedAt,
    raw: grant.raw,
  }
}

export function fromRow(row: GrantRow): Grant {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    grantKey: row.grant_key,
    feedId: row.feed_id,
    source: row.source,
    act: row.act,
    kind: row.kind,
    direction: row.direction,
    grantee: {
      id: row.grantee_id,
      email: row.grantee_email,
      name: row.grantee_name,
      type: row.grantee_type,
    },
    granteePerson: row.grantee_person,
    grantor: grantorOf(row),
    grantorPerson: row.grantor_person,
    role: { id: row.role_id, name: row.role_name, tier: row.tier, scope: row.scope },
    standing: row.standing === 1,
    firstSeen: row.first_seen === 1,
    mechanism: row.mechanism,
    ip: row.ip,
    country: row.country,
    asn: row.asn,
    userAgent: row.user_agent,
    session: row.session,
    justification: row.justification,
    ticket: row.ticket,
    expiresAt: row.expires_at,
    path: row.path,
    holding: row.holding,
    outcome: row.outcome,
    occurredAt: row.occurred_at,
    localOffsetMinutes: row.local_offset_minutes,
    localHour: row.local_hour,
    localDay: row.local_day,
    ingestedAt: row.ingested_at,
    raw: row.raw,
  }
}

export function grantorOf(
  row: Pick<GrantRow, 'grantor_id' | 'grantor_email' | 'grantor_name' | 'grantor_type'>,
): Party | null {
  if (row.grantor_id === null || row.grantor_type === null) return null
  return { id: row.grantor_id, email: row.grantor_email, name: row.grantor_name, type: row.grantor_type }
}
