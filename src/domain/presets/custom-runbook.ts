import { directionOf, type Grant } from '../grant.ts'
import { shellWord } from '../shell.ts'

/** Runbook commands of custom sources: a template in which the values of a grant are put as quoted shell words. */

const PLACEHOLDERS: Readonly<Record<string, (grant: Grant) => string | null>> = {
  'grantee.id': (grant) => grant.grantee.id,
  'grantee.email': (grant) => grant.grantee.email,
  'grantee.name': (grant) => grant.grantee.name,
  'role.id': (grant) => grant.role.id,
  'role.name': (grant) => grant.role.name,
  scope: (grant) => grant.role.scope,
}
/** `{grantee.id}` as it is, `{grantee.id:url}` percent-encoded for an address. */
const PLACEHOLDER = /\{([a-z][a-z.]{0,20})(:url)?\}/g

/** What is wrong with a template, as the end of a sentence; null when nothing is. */
export function runbookFault(template: string): string | null {
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [placeholder, name = ''] = match
    if (!Object.hasOwn(PLACEHOLDERS, name))
      return `holds ${placeholder}; there are ${Object.keys(PLACEHOLDERS)
        .map((known) => `{${known}}`)
        .join(', ')}, each also with :url`
    // Within quotes of its own the word's quotes would be letters, and its text could run commands.
    if (isQuoted(template.slice(0, match.index)))
      return `has ${placeholder} inside quotes; leave it bare, since it is quoted when it is put in`
  }
  return null
}

/** Whether a shell would still be inside quotes or back ticks after this text. */
function isQuoted(before: string): boolean {
  let quote: string | null = null
  for (let index = 0; index < before.length; index += 1) {
    const character = before[index]
    if (character === '\\' && quote !== "'") index += 1
    else if (quote === null && (character === '"' || character === "'" || character === '`'))
      quote = character
    else if (character === quote) quote = null
  }
  return quote !== null
}

/** The command for a grant; null when a value that it needs is not known, or there is nothing to take away. */
export function customRunbook(template: string | undefined, grant: Grant): string | null {
  if (template === undefined || directionOf(grant.kind) !== 'given') return null
  let isWhole = true
  const command = template.replaceAll(PLACEHOLDER, (_, name: string, url: string | undefined) => {
    const value = Object.hasOwn(PLACEHOLDERS, name) ? (PLACEHOLDERS[name]?.(grant) ?? '') : ''
    // An address that such a value ends up in would be another one.
    if (value === '' || (url !== undefined && /^\.{1,2}$/.test(value))) isWhole = false
    return shellWord(url === undefined ? value : encodeURIComponent(value.toWellFormed()))
  })
  return isWhole ? command : null
}
