import type { Grant } from '../../src/domain/grant.ts'
import { aGrant } from '../support/builders.ts'

const MINUTE = 60_000
const ROLES = [
  'super-administrator',
  'application-administrator',
  'group-administrator',
  'access-requests-administrator',
  'help-desk',
]
const TIERS = ['T0', 'T1', 'T1', 'T2', 'T2'] as const

/** A plausible ledger: a few busy grantors, many grantees, one change every few minutes, oldest first. */
export function* aLedger(
  count: number,
  options: { readonly until: number; readonly tenantId: string },
): Generator<Grant> {
  let state = 20_261_124
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % below
  }
  for (let index = 0; index < count; index += 1) {
    const role = draw(ROLES.length)
    yield aGrant({
      tenantId: options.tenantId,
      act: `bench-${index}`,
      occurredAt: options.until - (count - index) * 5 * MINUTE,
      grantee: `person${draw(4_000)}@northwind.example`,
      grantor: `admin${draw(draw(3) === 0 ? 60 : 6)}@northwind.example`,
      role: { id: ROLES[role] ?? 'help-desk', name: ROLES[role] ?? 'help-desk', tier: TIERS[role] ?? 'T2' },
      ...(draw(5) === 0 ? { kind: 'removal' as const, direction: 'taken' as const } : {}),
    })
  }
}
