import type { z } from 'zod'
import { parsePolicy, policySchema } from './policy.ts'

/** What is wrong with a policy that somebody edited, setting by setting, in words of our own. */

export interface PolicyFault {
  /** Dotted path of what is wrong. */
  readonly path: string
  readonly words: string
}

export function faultsOf(policy: unknown): readonly PolicyFault[] {
  const parsed = parsePolicy(policy)
  if (parsed.ok) return []
  const issues = policySchema.safeParse(policy).error?.issues ?? []
  return parsed.faults.map((fault, index) => {
    const issue = issues[index]
    const cut = fault.indexOf(': ')
    const [path, words] = [fault.slice(0, cut), fault.slice(cut + 2)]
    if (issue === undefined || issue.path[0] === 'customPresets') return { path, words }
    return { path: issue.path.join('.'), words: wordsFor(issue) }
  })
}

function wordsFor(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`
    case 'too_big':
      return `must be at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`
    case 'invalid_type':
      return issue.expected === 'int' || issue.expected === 'number' ? 'must be a whole number' : 'is missing'
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`
    case 'invalid_format':
      return FORMATS[issue.format] ?? issue.message
    case 'unrecognized_keys':
      return `has no setting called ${issue.keys.join(', ')}`
    default:
      return issue.message
  }
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' }

const FORMATS: Readonly<Record<string, string>> = {
  date: 'must be a date such as 2026-12-25',
  datetime: 'must be a date such as 2026-12-25',
}
