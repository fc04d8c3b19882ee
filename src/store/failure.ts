import { DatabaseError } from 'pg'
import { UpstreamError } from '../ports.ts'

/** SQLSTATEs of two transactions in each other's way: serialisation failure, deadlock, lock not available. */
const CONTENTION_STATES: readonly string[] = ['40001', '40P01', '55P03']
/** SQLSTATE classes that may pass by themselves: connection, resources, operator's doing (a timeout too), system. */
const PASSING_CLASSES: readonly string[] = ['08', '40', '53', '55', '57', '58']
/** SQLite's primary result codes: busy, locked. */
const CONTENTION_CODES: readonly number[] = [5, 6]
/** SQLite's primary result codes that may pass by themselves: busy, locked, input/output, full, cannot open. */
const PASSING_CODES: readonly number[] = [5, 6, 10, 13, 14]

/** What a driver threw, as the rest of the app knows it; the driver's own words stay in `cause`. */
export function databaseFailure(error: unknown): Error {
  if (error instanceof UpstreamError) return error
  const code = codeOf(error)
  if (typeof code === 'number')
    return failure(error, { code: `SQLite ${code}`, retryable: PASSING_CODES.includes(primaryCode(code)) })
  if (code !== null)
    return failure(error, { code: `SQLSTATE ${code}`, retryable: PASSING_CLASSES.includes(code.slice(0, 2)) })
  // Neither engine's own error: the connection broke, or could not be made in time.
  return failure(error, { code: 'no connection', retryable: true })
}

/** Another transaction was in the way: the same work may succeed when it is done again. */
export function isContention(error: unknown): boolean {
  const code = error instanceof UpstreamError ? codeOf(error.cause) : null
  if (typeof code === 'number') return CONTENTION_CODES.includes(primaryCode(code))
  return code !== null && CONTENTION_STATES.includes(code)
}

function failure(cause: unknown, found: { code: string; retryable: boolean }): UpstreamError {
  return new UpstreamError('database', `The database did not do what was asked of it (${found.code}).`, {
    retryable: found.retryable,
    cause,
  })
}

function codeOf(error: unknown): number | string | null {
  if (error instanceof DatabaseError) return error.code ?? null
  if (error instanceof Error && 'errcode' in error && typeof error.errcode === 'number') return error.errcode
  return null
}

/** SQLite's extended codes carry the primary one in their low byte. */
function primaryCode(code: number): number {
  return code & 0xff
}
