/** Every fault the world can show, by the upstream that shows it. */
export const FAULTS = {
  slack: ['429', '5xx', 'disconnect', 'duplicate', 'no-streams', 'no-tables'],
  axiom: ['429', '5xx', 'partial', 'late'],
  model: [
    'down',
    '429',
    'refusing',
    'hostile',
    'low',
    'high',
    'malformed',
    'truncated',
    'slow',
    // How it answers questions with tools: with wrong calls and claims, never, or as injected texts tell it.
    'badly',
    'endlessly',
    'maliciously',
  ],
  webhook: ['5xx', '400', 'slow'],
} as const

export type FaultTarget = keyof typeof FAULTS
export type FaultName<T extends FaultTarget> = (typeof FAULTS)[T][number]

export interface Faults {
  has<T extends FaultTarget>(target: T, name: FaultName<T>): boolean
  /** Replaces the faults of the targets named; answers with a sentence about each fault it does not know. */
  set(change: Readonly<Record<string, unknown>>): readonly string[]
  current(): Readonly<Record<FaultTarget, readonly string[]>>
  onChange(listener: () => void): void
}

const TARGETS = Object.keys(FAULTS) as FaultTarget[]

/** Accepts `{"slack": "429"}`, `{"slack": ["429", "duplicate"]}` and `{"slack": "off"}`. */
export function createFaults(): Faults {
  const active = new Map<FaultTarget, readonly string[]>()
  const listeners: (() => void)[] = []
  return {
    has: (target, name) => active.get(target)?.includes(name) ?? false,
    set(change) {
      const wrong: string[] = []
      const next = new Map<FaultTarget, readonly string[]>()
      for (const [key, value] of Object.entries(change)) {
        const target = TARGETS.find((candidate) => candidate === key)
        if (target === undefined) {
          wrong.push(`There is no target "${key}"; use one of ${TARGETS.join(', ')}.`)
          continue
        }
        const names = [value].flat().filter((name) => name !== 'off' && name !== null && name !== false)
        const known: readonly unknown[] = FAULTS[target]
        for (const name of names.filter((candidate) => !known.includes(candidate)))
          wrong.push(
            `${target} has no fault "${String(name)}"; use one of ${FAULTS[target].join(', ')}, off.`,
          )
        next.set(target, names.map(String))
      }
      if (wrong.length > 0) return wrong
      for (const [target, names] of next) active.set(target, names)
      for (const listener of listeners) listener()
      return []
    },
    current: () =>
      Object.fromEntries(TARGETS.map((target) => [target, active.get(target) ?? []])) as Record<
        FaultTarget,
        readonly string[]
      >,
    onChange: (listener) => void listeners.push(listener),
  }
}
