import { setTimeout as pause } from 'node:timers/promises'
import { type Directory, UpstreamError } from '../ports.ts'

const RETRIES_MAX = 4
const RETRY_WAIT_MS = 1_000
const RETRY_WAIT_MAX_MS = 30_000

/** Tries again what may pass, waiting as long as Slack says: for answers, where a person would rather wait than ask again. */
export async function patiently<T>(
  work: () => Promise<T>,
  again: (error: UpstreamError) => boolean = (error) => error.retryable,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof UpstreamError) || !again(error) || attempt >= RETRIES_MAX) throw error
      const waitMs = error.retryAfterMs ?? RETRY_WAIT_MS * 2 ** attempt
      await pause(Math.min(waitMs, RETRY_WAIT_MAX_MS), undefined, { ref: false })
    }
  }
}

/** The same people, for those who can wait for them. A click cannot: its trigger lives for three seconds. */
export function patientDirectory(directory: Directory): Directory {
  return {
    person: (tenantId, slackUserId) => patiently(() => directory.person(tenantId, slackUserId)),
    groupMembers: (tenantId, groupId) => patiently(() => directory.groupMembers(tenantId, groupId)),
  }
}
