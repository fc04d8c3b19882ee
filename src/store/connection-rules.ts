import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'

const NUL = /\u0000/g
const REPLACEMENT = '\ufffd'

/**
 * A parameter as both engines take it. Postgres refuses NUL in text, so it becomes U+FFFD on both. Objects and
 * fractions are refused: SQLite would bind the first as null and Postgres the second not at all.
 */
export function bindable(value: unknown): string | number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return storableText(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  assert(
    typeof value === 'number' && Number.isSafeInteger(value),
    `A ${typeof value} that is no whole number cannot be stored as it is.`,
  )
  return value
}

/** Text as it is found again after it was stored. */
export function storableText(text: string): string {
  return text.includes('\u0000') ? text.replace(NUL, REPLACEMENT) : text
}

const surroundingTransaction = new AsyncLocalStorage<{ open: boolean }>()

/** Marks all that `work` does as being inside a transaction, until it ends. */
export async function insideTransaction<T>(work: () => Promise<T>): Promise<T> {
  const transaction = { open: true }
  try {
    return await surroundingTransaction.run(transaction, work)
  } finally {
    transaction.open = false
  }
}

/**
 * Called before a connection is taken. Taking a second one inside a transaction would wait for ever on SQLite
 * and, under load, on Postgres: better to fail at once and every time.
 */
export function refuseSecondConnection(): void {
  assert(
    surroundingTransaction.getStore()?.open !== true,
    'Inside a transaction use the records that it was given, not those of the store.',
  )
}
