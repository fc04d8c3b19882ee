/** What a tool of the analyst found: plain rows that sentences cite, tables show and code checks sentences against. */

export const TOOL_NAMES = [
  'case',
  'person_history',
  'role_holders',
  'similar_grants',
  'hours_profile',
  'find_grants',
  'open_reviews',
  'policy_in_force',
  'activity',
] as const
export type ToolName = (typeof TOOL_NAMES)[number]

export type Cell = string | number | boolean | null
export type ResultRow = Readonly<Record<string, Cell>>

/** Rows that one result holds at most; more are counted, not shown. */
export const RESULT_ROWS_MAX = 50

export interface ToolResult {
  /** `r1`, `r2`, ... in the order of one answer; row 3 of it is cited as `r1:3`, counted from 1. */
  readonly id: string
  readonly tool: ToolName
  /** Our own words with the names it is about, e.g. `Grants to ana@northwind.example since 2026-08-26`. */
  readonly title: string
  /** Names that the question was about, as the ledger writes them: a sentence that cites the result may say them. */
  readonly subjects: readonly string[]
  readonly rows: readonly ResultRow[]
  /** How many rows there are in all; more than `rows` when the limit cut them. */
  readonly total: number
  /** Counts and sums that code made of all rows, e.g. `{ "by jonas@northwind.example": 3 }`. */
  readonly counts: Readonly<Record<string, number>>
  /** The grant behind each row, for links; null where a row is about none. */
  readonly grantIds: readonly (string | null)[]
  /** What Axiom was asked, and of which time (epoch milliseconds); null when the ledger answered. */
  readonly query: { readonly apl: string; readonly from: number; readonly to: number } | null
}
