import { createHash } from 'node:crypto'
import { type Fields, TEXT_MAX, textOf, timeAt, timeOf, valueAt } from '../event-fields.ts'
import type { ActFacts, Mechanism } from '../grant.ts'
import type { ReadOptions } from './preset.ts'

/** What presets share: the facts of an act, each null or unknown until the event says more. */
export type ActStart = Pick<ActFacts, 'act' | 'occurredAt'> & Partial<ActFacts>

export function factsOf(start: ActStart): Omit<ActFacts, 'grantee'> {
  return {
    localOffsetMinutes: null,
    grantor: null,
    mechanism: 'unknown',
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
    ...start,
  }
}

/** When it happened: by the event itself, else by Axiom's `_time`, else when it was received. */
export function occurredAtOf(fields: Fields, event: unknown, among: readonly string[], options: ReadOptions) {
  return (
    timeAt(fields, among) ?? timeOf(valueAt({ root: event, base: '' }, '_time')) ?? options.receivedAt ?? null
  )
}

const DEPTH_MAX = 24
const NODES_MAX = 20_000

/**
 * An act for an event without an id of its own: a hash of what it says, the same whatever the order of its fields.
 * Nulls and Axiom's own fields are left out; `_time` counts when the event states no other time, since the same
 * words at another time are another act.
 */
export function hashedAct(event: unknown, statesTime: boolean): string {
  const budget = { nodes: NODES_MAX }
  const own = withoutUnderscored(event, statesTime)
  return `sha256:${createHash('sha256')
    .update(stableText(own, 0, budget))
    .digest('hex')
    .slice(0, 32)}`
}

function withoutUnderscored(event: unknown, statesTime: boolean): unknown {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return event
  return Object.fromEntries(
    Object.entries(event).filter(([name]) => !name.startsWith('_') || (name === '_time' && !statesTime)),
  )
}

function stableText(value: unknown, depth: number, budget: { nodes: number }): string {
  budget.nodes -= 1
  if (depth > DEPTH_MAX || budget.nodes < 0) return '"…"'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map((item) => stableText(item, depth + 1, budget)).join(',')}]`
  const members = Object.entries(value)
    .filter(([, member]) => member !== null && member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${stableText(member, depth + 1, budget)}`).join(',')}}`
}

/** How an act was done, as far as the caller's software tells. */
export function mechanismOfAgent(userAgent: string | null): Mechanism {
  if (userAgent === null) return 'unknown'
  if (/\b(terraform|pulumi|opentofu|crossplane)\b/i.test(userAgent)) return 'iac'
  if (/\bscim\b/i.test(userAgent)) return 'scim'
  if (/^mozilla\//i.test(userAgent)) return 'console'
  return 'unknown'
}

/** An address as text when it can be one, else null. */
export function ipOf(value: unknown): string | null {
  const text = textOf(value, TEXT_MAX)
  return text !== null && /^[0-9a-fA-F.:]{3,45}$/.test(text) ? text : null
}
