import { compile, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath'
import type { PlainObject } from './custom-event.ts'

/** JMESPath expressions (jmespath.org) of custom sources: compiled once, bounded, and never throwing on an event. */

export const EXPRESSION_CHARACTERS_MAX = 300
/** Each `*`, `[]` and filter may multiply what it finds. */
const PROJECTIONS_MAX = 4

export type Expression = (data: PlainObject) => unknown

/** What is wrong with an expression, as the end of a sentence; null when nothing is. */
export function expressionFault(text: string): string | null {
  if (text.length > EXPRESSION_CHARACTERS_MAX) return `is longer than ${EXPRESSION_CHARACTERS_MAX} characters`
  const projections = text.match(/\*|\[\]|\[\?/g)?.length ?? 0
  if (projections > PROJECTIONS_MAX) return `has more than ${PROJECTIONS_MAX} of *, [] and [?`
  // They make a text as long as a number in the event says.
  if (/\bpad_(left|right)\b/.test(text)) return 'uses pad_left or pad_right, which are not allowed'
  try {
    compile(text)
    return null
  } catch (error) {
    return `is no JMESPath expression (${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'})`
  }
}

/** The expression as a function; undefined and errors of its functions (a number where text is due) read as null. */
export function expressionOf(text: string): Expression {
  const tree = compile(text)
  return (data) => {
    try {
      return TreeInterpreter.search(tree, data as JSONValue) ?? null
    } catch {
      return null
    }
  }
}
