import type { LeftOut } from '../../domain/answer.ts'
import type { NoAnswer, Recommendation } from '../../domain/assessment.ts'
import type { Action } from '../../domain/decision.ts'
import type { Band } from '../../domain/evidence.ts'
import type { GrantKind, Mechanism, Tier } from '../../domain/grant.ts'
import { TIER_LABELS } from '../../domain/grant.ts'

/** Our own words for the values of the domain. Nothing here comes from outside. */

export const BAND_WORDS: Readonly<Record<Band, string>> = { low: 'Low', medium: 'Medium', high: 'High' }

export function tierWords(tier: Tier): string {
  return `${TIER_LABELS[tier]} (${tier})`
}

export const KIND_WORDS: Readonly<Record<GrantKind, string>> = {
  grant: 'Role granted',
  eligible: 'Made eligible for a role',
  activate: 'Eligible role activated',
  extend: 'Role extended',
  indirect: 'Role given through a group',
  role_widened: 'A role that people hold was made wider',
  removal: 'Role removed',
  expiry: 'Role expired',
  control_weakened: 'A security control was weakened',
  context: 'Context',
}

export const MECHANISM_WORDS: Readonly<Record<Mechanism, string>> = {
  console: 'in the console',
  api: 'through the API',
  iac: 'by infrastructure code',
  scim: 'by provisioning (SCIM)',
  pim: 'through privileged identity management',
  sync: 'by a directory sync',
  unknown: 'in a way the source does not name',
}

const FLOOR_WORDS: Readonly<Record<string, string>> = {
  standing_t0: 'a standing role over the whole organisation',
  self_grant: 'somebody gave themself a role',
  break_glass: 'break-glass access',
  outside_path: 'given outside the sanctioned path',
  external_grantee: 'the grantee is outside the company',
  regrant_after_revoke: 'given again after a reviewer revoked it',
  fresh_grantor: 'the grantor became privileged within the last day',
  control_weakened: 'a security control was weakened',
}

const FLOOR_ID_MAX = 60

/** What a floor's rule is about; a rule that has no words yet is named by its id. */
export function floorWords(id: string): string {
  return FLOOR_WORDS[id] ?? id.slice(0, FLOOR_ID_MAX).replaceAll(/[^a-z0-9]+/g, ' ')
}

export const NO_ANSWER_WORDS: Readonly<Record<NoAnswer, string>> = {
  unset: 'no scoring model is chosen',
  down: 'the model’s server is down',
  refused: 'the model refused',
  truncated: 'the answer was cut off',
  malformed: 'the answer had the wrong form',
  timeout: 'no answer in time',
  'over-budget': 'the token budget is used up',
  breaker: 'the model raised nearly everything, so rules decide for now',
}

export const RECOMMENDATION_WORDS: Readonly<Record<Recommendation, string>> = {
  approve: 'approve',
  revoke: 'revoke',
  escalate: 'escalate',
  ask: 'ask first',
}

export const ACTION_PAST: Readonly<Record<Action, string>> = {
  approve: 'approved',
  revoke: 'asked for the revoke',
  escalate: 'escalated',
  reopen: 'reopened',
}

export const ACTION_VERBS: Readonly<Record<Action, string>> = {
  approve: 'Approve',
  revoke: 'Revoke',
  escalate: 'Escalate',
  reopen: 'Reopen',
}

/** Why an answer is less than it could be. */
export const LEFT_OUT_WORDS: Readonly<Record<LeftOut, string>> = {
  turns: 'the limit of turns was reached',
  'tool calls': 'the limit of look-ups was reached',
  'queries of Axiom': 'the limit of Axiom queries was reached',
  tokens: 'the token budget is used up',
  time: 'the time was up',
  stopped: 'it was stopped',
  'model down': 'the model did not answer',
  'model refused': 'the model declined to answer',
}

export const DISPOSITION_WORDS = {
  history: 'history: learned from, nobody was asked',
  shadow: 'shadow: computed, nobody was asked',
  auto_resolved: 'let through with a note',
  waiting: 'waiting for the model',
  review: 'people are asked',
  sample: 'people are asked',
} as const

export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** A length of time in its largest whole unit. */
export function duration(ms: number): string {
  const length = Math.abs(ms)
  for (const [unit, size] of UNITS) {
    const units = Math.floor(length / size)
    if (units >= 1) return count(units, unit, `${unit}s`)
  }
  return 'less than a minute'
}
