const READ_ONLY = new Set(['readonly', 'viewer', 'viewers', 'reader', 'readers', 'auditor', 'auditors'])
const READ_ONLY_ENDS = new Set(['ro', 'read', 'view', 'select'])
const WRITING = /^(admins?|administrators?|owners?|write|writers?|rw|editors?|manage|managers?|super|root)$/

/**
 * Whether a role that customers define is named as one that only reads. Somebody may give such a name to a role
 * that does more, but then what widens the role is a change of its own.
 */
export function isReadOnlyName(name: string): boolean {
  const words = name
    .slice(0, 200)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  if (words.some((word) => WRITING.test(word))) return false
  if (words.some((word, index) => READ_ONLY.has(word) || (word === 'read' && words[index + 1] === 'only')))
    return true
  return words.length > 1 && READ_ONLY_ENDS.has(words.at(-1) ?? '')
}
