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
/** `{grantee.id}` as it is, `{grantee.id:url}` percent-encoded for an address, `{grantee.id:json}` as JSON text. */
const PLACEHOLDER = /\{([a-z][a-z.]{0,20})(:url|:json)?\}/g

/** What is wrong with a template, as the end of a sentence; null when nothing is. */
export function runbookFault(template: string): string | null {
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [placeholder, name = ''] = match
    if (!Object.hasOwn(PLACEHOLDERS, name))
      return `holds ${placeholder}; there are ${Object.keys(PLACEHOLDERS)
        .map((known) => `{${known}}`)
        .join(', ')}, each also with :url or :json`
    // Within quotes of its own the word's quotes would be letters, and its text could run commands.
    if (isQuoted(template.slice(0, match.index)))
      return `has ${placeholder} inside quotes or behind $ or \\; leave it bare, since it is quoted when it is put in`
  }
  // The shell reads a here-document by other rules than words.
  return template.includes('<<') ? 'holds <<, which is not allowed; write the command in one line' : null
}

/**
 * Whether a shell would read a quoted word after this text as something else: inside quotes or back ticks, behind a
 * backslash, and behind a `$`, which makes `$'...'` with escapes of its own.
 */
function isQuoted(before: string): boolean {
  let quote: string | null = null
  for (let index = 0; index < before.length; index += 1) {
    const character = before[index]
    if (character === '\\' && quote !== "'") {
      index += 1
      if (index === before.length) return true
    } else if (quote === null && (character === '"' || character === "'" || character === '`'))
      quote = character
    else if (character === quote) quote = null
  }
  return quote !== null || before.endsWith('$')
}

/** The command for a grant; null when a value that it needs is not known, or there is nothing to take away. */
export function customRunbook(template: string | undefined, grant: Grant): string | null {
  if (template === undefined || directionOf(grant.kind) !== 'given') return null
  const words: (string | null)[] = []
  const command = template.replaceAll(PLACEHOLDER, (_, name: string, form: string | undefined) => {
    const value = Object.hasOwn(PLACEHOLDERS, name) ? (PLACEHOLDERS[name]?.(grant) ?? '') : ''
    const word = value === '' ? null : wordOf(value, form)
    words.push(word)
    return word ?? ''
  })
  return words.includes(null) ? null : command
}

/** Null for what would be something else than a value where it is put: part of a path, or an option. */
function wordOf(value: string, form: string | undefined): string | null {
  if (form === ':json') return shellWord(JSON.stringify(value.toWellFormed()))
  if (form === ':url')
    return /^\.{1,2}$/.test(value) ? null : shellWord(encodeURIComponent(value.toWellFormed()))
  return value.startsWith('-') ? null : shellWord(value)
}
