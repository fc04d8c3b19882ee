import type { Policy } from './policy.ts'
import { diffPolicies, type PolicyChange } from './policy-diff.ts'

const VALUE_CHARACTERS_MAX = 120
const ITEMS_SHOWN = 5
const LINES_MAX = 60

/** Every change as a line of plain text, e.g. `thresholds.medium: 35 → 50`. Values are outside text: escape where shown. */
export function diffInWords(before: Policy, after: Policy): readonly string[] {
  const lines = diffPolicies(before, after).map(changeInWords)
  const left = lines.length - LINES_MAX
  return left > 0 ? [...lines.slice(0, LINES_MAX), `…and ${left} more`] : lines
}

function changeInWords({ setting, from, to }: PolicyChange): string {
  if (Array.isArray(from) && Array.isArray(to)) return `${setting}: ${listInWords(from, to)}`
  if (setting.startsWith('prompts.')) return `${setting}: ${promptInWords(from)} → ${promptInWords(to)}`
  return `${setting}: ${shown(from)} → ${shown(to)}`
}

function promptInWords(text: unknown): string {
  return typeof text === 'string' ? `the team’s own (${text.length} characters)` : 'built in'
}

function listInWords(from: readonly unknown[], to: readonly unknown[]): string {
  const known = new Set(from.map((item) => JSON.stringify(item)))
  const kept = new Set(to.map((item) => JSON.stringify(item)))
  const added = to.filter((item) => !known.has(JSON.stringify(item)))
  const removed = from.filter((item) => !kept.has(JSON.stringify(item)))
  const parts = [
    added.length === 0 ? '' : `added ${itemsInWords(added)}`,
    removed.length === 0 ? '' : `removed ${itemsInWords(removed)}`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'in another order' : parts.join('; ')
}

function itemsInWords(items: readonly unknown[]): string {
  const words = items.slice(0, ITEMS_SHOWN).map(shown)
  const left = items.length - words.length
  return left > 0 ? `${words.join(', ')} and ${left} more` : words.join(', ')
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'not set'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value !== 'object') return clip(String(value))
  if (Array.isArray(value)) return value.length === 0 ? 'none' : clip(value.map(shown).join(', '))
  const cells = Object.entries(value).filter(([, cell]) => cell !== null)
  return clip(`(${cells.map(([name, cell]) => `${name}: ${shown(cell)}`).join(', ')})`)
}

function clip(text: string): string {
  return text.length <= VALUE_CHARACTERS_MAX ? text : `${text.slice(0, VALUE_CHARACTERS_MAX - 1)}…`
}
