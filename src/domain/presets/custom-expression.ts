import { compile, type JSONValue, TreeInterpreter } from '@jmespath-community/jmespath'
import type { PlainObject } from './custom-event.ts'

/**
 * JMESPath expressions (jmespath.org) of custom sources: compiled once, never throwing on an event, and unable to
 * make much out of little. Whoever writes one may err, and what an event holds is hostile.
 */

export const EXPRESSION_CHARACTERS_MAX = 300
/** `*`, `[]`, slices and filters. */
const PROJECTIONS_MAX = 4
/** How often an expression may write its input anew: the product of the lengths of its lists and objects. */
const COPIES_MAX = 64
/** Each may put as many texts together as a list has items. */
const JOINS_MAX = 2
const COMPILED_MAX = 5_000

/** Those that answer with no more than they were given; not among them: map, replace, pad_left, group_by, zip. */
const FUNCTIONS = [
  'contains',
  'ends_with',
  'find_first',
  'items',
  'join',
  'keys',
  'length',
  'lower',
  'max_by',
  'min_by',
  'not_null',
  'reverse',
  'sort',
  'sort_by',
  'split',
  'starts_with',
  'to_array',
  'to_number',
  'to_string',
  'trim',
  'type',
  'upper',
  'values',
]
/** `[]` is a flattening within a projection, so it counts as one of these too. */
const PROJECTIONS = ['Projection', 'ValueProjection', 'FilterProjection']

export type Expression = (data: PlainObject) => unknown

type Tree = ReturnType<typeof compile>

const compiled = new Map<string, Tree>()

function treeOf(text: string): Tree {
  const known = compiled.get(text)
  if (known !== undefined) return known
  const tree = compile(text)
  if (compiled.size < COMPILED_MAX) compiled.set(text, tree)
  return tree
}

/** What is wrong with an expression, as the end of a sentence; null when nothing is. */
export function expressionFault(text: string): string | null {
  if (text.length > EXPRESSION_CHARACTERS_MAX) return `is longer than ${EXPRESSION_CHARACTERS_MAX} characters`
  try {
    return costFault(treeOf(text)) ?? quotesFault(text)
  } catch (error) {
    return `is no JMESPath expression (${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'})`
  }
}

/** In double quotes stands the name of a field, so that such a comparison is true of nothing and nobody is told. */
function quotesFault(text: string): string | null {
  const [, word] = /[=!]=\s*"([^"]*)"/.exec(text.replaceAll(/'[^']*'/g, "''")) ?? []
  return word === undefined
    ? null
    : `compares with a text in double quotes; write '${word}', since a text stands in single quotes`
}

function costFault(tree: Tree): string | null {
  const nodes = nodesOf(tree)
  const of = (...types: readonly string[]) => nodes.filter(({ type }) => types.includes(String(type)))
  // With the root at hand each filter may go through the whole event for each item of another one.
  if (of('Root', 'LetExpression', 'Variable').length > 0) return 'uses $, which is not allowed'
  const names = of('Function').map(({ name }) => String(name))
  const unknown = names.find((name) => !FUNCTIONS.includes(name))
  if (unknown !== undefined)
    return `uses the function ${unknown.slice(0, 40)}; there are ${FUNCTIONS.join(', ')}`
  if (names.filter((name) => name === 'join').length > JOINS_MAX) return `joins more than ${JOINS_MAX} times`
  // What a split took apart, a join puts together longer than it was.
  if (names.filter((name) => name === 'split').length > 1) return 'splits more than once'
  if (of(...PROJECTIONS).length > PROJECTIONS_MAX)
    return `has more than ${PROJECTIONS_MAX} of *, [], [:] and [?`
  const copies = of('MultiSelectList', 'MultiSelectHash').reduce(
    (product, { children }) => product * Math.max(1, Array.isArray(children) ? children.length : 1),
    1,
  )
  return copies > COPIES_MAX ? 'puts too many lists into lists' : null
}

type Node = Readonly<Record<string, unknown>>

/** Every node of a tree, which is no larger than its expression is long. */
function nodesOf(tree: unknown): readonly Node[] {
  if (typeof tree !== 'object' || tree === null) return []
  if (Array.isArray(tree)) return tree.flatMap(nodesOf)
  const node = tree as Node
  return node['type'] === 'Literal' ? [] : [node, ...Object.values(node).flatMap(nodesOf)]
}

/** The expression as a function; undefined and errors of its functions (a number where text is due) read as null. */
export function expressionOf(text: string): Expression {
  const tree = treeOf(text)
  return (data) => {
    try {
      return TreeInterpreter.search(tree, data as JSONValue) ?? null
    } catch {
      return null
    }
  }
}
