/**
 * Whether a text matches a pattern in which `*` stands for any characters, in any case. Each part is looked for
 * once, from left to right; input never becomes a regular expression.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const parts = partsOf(pattern)
  const subject = text.toLowerCase()
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (parts.length === 1) return subject === first
  if (!subject.startsWith(first) || !subject.endsWith(last)) return false
  let from = first.length
  for (const part of parts.slice(1, -1)) {
    const at = subject.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return from <= subject.length - last.length
}

/** Patterns are few and are held against very many texts; beyond this they are taken apart anew. */
const KEPT_MAX = 2_000
const kept = new Map<string, readonly string[]>()

function partsOf(pattern: string): readonly string[] {
  const known = kept.get(pattern)
  if (known !== undefined) return known
  const parts = pattern.toLowerCase().split('*')
  if (kept.size < KEPT_MAX) kept.set(pattern, parts)
  return parts
}
