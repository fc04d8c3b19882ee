import { UpstreamError } from '../ports.ts'

/** What the doctor found, and what to do about it. */

export interface Finding {
  readonly state: 'ok' | 'note' | 'fault'
  readonly what: string
  /** What to do about it. */
  readonly fix: string | null
}

export const ok = (what: string): Finding => ({ state: 'ok', what, fix: null })
export const note = (what: string, fix: string): Finding => ({ state: 'note', what, fix })
export const fault = (what: string, fix: string): Finding => ({ state: 'fault', what, fix })

/** A refusal from outside is a finding too. */
export async function attempt(check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await check()
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const fix = error.retryable
      ? 'It may pass: try again in a minute.'
      : 'Check the credential and its permissions.'
    return [fault(`${error.upstream}: ${error.message}`, fix)]
  }
}
