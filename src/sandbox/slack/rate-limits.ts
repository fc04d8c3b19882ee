import type { WorldClock } from '../clock.ts'

const MINUTE_MS = 60_000

interface Limit {
  readonly perMinute: number
  readonly burst: number
  /** Counted for each channel by itself rather than for the whole workspace. */
  readonly isPerChannel?: boolean
}

const tier = (perMinute: number): Limit => ({ perMinute, burst: perMinute })
const TIER_2 = tier(20)
const TIER_3 = tier(50)
const TIER_4 = tier(100)

/** What Slack allows; a method that is not named here is in tier 3. */
const RATE_LIMITS: Readonly<Record<string, Limit>> = {
  'apps.connections.open': tier(60),
  'auth.test': tier(600),
  'chat.postMessage': { perMinute: 60, burst: 10, isPerChannel: true },
  'chat.postEphemeral': TIER_4,
  'chat.update': TIER_3,
  'chat.delete': TIER_3,
  'chat.getPermalink': tier(600),
  'chat.startStream': TIER_2,
  'chat.appendStream': TIER_4,
  'chat.stopStream': TIER_2,
  'conversations.info': TIER_3,
  'conversations.history': TIER_3,
  'conversations.replies': TIER_3,
  'conversations.open': TIER_3,
  'conversations.list': TIER_2,
  'conversations.members': TIER_4,
  'views.open': TIER_4,
  'views.push': TIER_4,
  'views.update': TIER_4,
  'views.publish': TIER_4,
  'users.info': TIER_4,
  'users.list': TIER_2,
  'users.lookupByEmail': TIER_3,
  'usergroups.list': TIER_2,
  'usergroups.users.list': TIER_2,
  'team.info': TIER_3,
  'bots.info': TIER_3,
  'agents.sessions.setStatus': tier(600),
  'assistant.threads.setStatus': tier(600),
  'assistant.threads.setSuggestedPrompts': TIER_4,
  'assistant.threads.setTitle': TIER_4,
}

export interface RateLimits {
  /** Undefined when the call may pass, else the whole seconds to wait. */
  take(method: string, channel: string): number | undefined
}

/** Token buckets on the world's clock; `scale` widens every limit for tests of load. */
export function createRateLimits(clock: WorldClock, scale = 1): RateLimits {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return {
    take(method, channel) {
      const limit = RATE_LIMITS[method] ?? TIER_3
      const perMs = (limit.perMinute * scale) / MINUTE_MS
      const burst = limit.burst * scale
      const key = limit.isPerChannel ? `${method} ${channel}` : method
      const now = clock.now()
      const bucket = buckets.get(key) ?? { tokens: burst, at: now }
      const tokens = Math.min(burst, bucket.tokens + Math.max(0, now - bucket.at) * perMs)
      const isAllowed = tokens >= 1
      buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, at: now })
      return isAllowed ? undefined : Math.max(1, Math.ceil((1 - tokens) / perMs / 1000))
    },
  }
}
