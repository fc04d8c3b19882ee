import type { Policy } from './policy.ts'

export interface PolicyChange {
  /** Dotted path of the setting. */
  readonly setting: string
  readonly from: unknown
  readonly to: unknown
}

/** Every setting that differs, section by section; lists are compared whole. */
export function diffPolicies(before: Policy, after: Policy): readonly PolicyChange[] {
  return diff('', before, after)
}

function diff(path: string, from: unknown, to: unknown): readonly PolicyChange[] {
  if (isPlain(from) && isPlain(to)) {
    const names = [...new Set([...Object.keys(from), ...Object.keys(to)])]
    return names.flatMap((name) => diff(path === '' ? name : `${path}.${name}`, from[name], to[name]))
  }
  return JSON.stringify(from) === JSON.stringify(to)
    ? []
    : [{ setting: path, from: from ?? null, to: to ?? null }]
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
