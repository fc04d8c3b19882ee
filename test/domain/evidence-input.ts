import type { EvidenceInput } from '../../src/domain/evidence-rule.ts'
import type { Grant } from '../../src/domain/grant.ts'
import { emptyProfile, factsOf, learn } from '../../src/domain/history.ts'
import type { Oddity } from '../../src/domain/oddity.ts'
import { VALUE_IDS } from '../../src/domain/oddity-values.ts'
import { aGrant, aPolicy, type GrantParts, NOON } from '../support/builders.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
export const CARRIES_ALL = { justification: true, ticket: true, expiry: true, ip: true }

/** A grant so long before the one at noon, in an act of its own. */
export function earlier(agoMs: number, parts: GrantParts = {}): Grant {
  return aGrant({ act: `before-${agoMs}`, occurredAt: NOON - agoMs, ...parts })
}

/** So many ordinary grants, one a day at noon, each with reason and ticket. */
export function habit(days: number, parts: GrantParts = {}): readonly Grant[] {
  return Array.from({ length: days }, (_, index) =>
    earlier((index + 1) * DAY_MS, { justification: 'on call', ticket: `OPS-${index}`, ...parts }),
  )
}

const STRANGERS = { grantor: 'other@northwind.example', grantee: 'someone@northwind.example' }

export interface Scene {
  readonly grant?: GrantParts
  readonly past?: readonly Grant[]
  readonly policy?: Record<string, unknown>
  readonly carries?: Partial<EvidenceInput['carries']>
  readonly oddity?: Oddity
  readonly outcome?: { readonly action: 'approve' | 'revoke'; readonly at: number }
}

/** An odd hour for a newcomer, seen so often among 100 changes. */
export function anOddity({ alike }: { readonly alike: number }): Oddity {
  const pattern = [VALUE_IDS.indexOf('hour'), VALUE_IDS.indexOf('grantee_new')]
  return {
    bits: [],
    ranks: [],
    raw: 8,
    thresholds: { five: 7, one: 9 },
    leading: { family: 'night', pattern, alike },
    of: 100,
  }
}

/** What a grant at noon is judged by: its past as the ledger would have it, and the policy. */
export function inputOf(scene: Scene): EvidenceInput {
  const grant = aGrant(scene.grant)
  const profile = emptyProfile()
  // The feed is older than the learning time unless a scene says otherwise.
  learn(profile, scene.past ?? [earlier(60 * DAY_MS, STRANGERS)])
  learn(profile, [grant])
  const facts = factsOf(profile, grant)
  const { outcome } = scene
  return {
    grant,
    facts:
      outcome === undefined
        ? facts
        : {
            ...facts,
            outcome: {
              approvedAt: outcome.action === 'approve' ? outcome.at : null,
              revokedAt: outcome.action === 'revoke' ? outcome.at : null,
            },
          },
    policy: aPolicy(scene.policy),
    carries: { ...CARRIES_ALL, ...scene.carries },
    oddity: scene.oddity ?? null,
  }
}
