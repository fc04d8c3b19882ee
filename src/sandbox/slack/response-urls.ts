import { randomUUID } from 'node:crypto'
import type { WorldClock } from '../clock.ts'
import type { Disk } from '../disk.ts'

export const RESPONSE_PATH = '/slack/response/'
const USES_MAX = 5
const LIFE_MS = 30 * 60_000

/** Where a response_url answers to: the person, the conversation, and the message acted on, if any. */
export interface ResponseTarget {
  readonly user: string
  readonly channel: string
  readonly messageTs?: string | undefined
  readonly threadTs?: string | undefined
  readonly isEphemeral?: boolean | undefined
}

export interface ResponseUrls {
  issue(target: ResponseTarget): string
  /** Counts one use, or says in Slack's words why the address is spent. */
  use(token: string): ResponseTarget | 'invalid_url' | 'expired_url' | 'used_url'
}

export function createResponseUrls(options: {
  disk: Disk
  clock: WorldClock
  baseUrl: () => string
}): ResponseUrls {
  const kept = options.disk.collection<ResponseTarget & { uses: number; issuedAt: number }>(
    'slack.response_urls',
  )
  return {
    issue(target) {
      const token = randomUUID()
      kept.put(token, { ...target, uses: 0, issuedAt: options.clock.now() })
      return `${options.baseUrl()}${RESPONSE_PATH}${token}`
    },
    use(token) {
      const found = kept.get(token)
      if (found === undefined) return 'invalid_url'
      if (options.clock.now() - found.issuedAt > LIFE_MS) return 'expired_url'
      if (found.uses >= USES_MAX) return 'used_url'
      kept.put(token, { ...found, uses: found.uses + 1 })
      return found
    },
  }
}
