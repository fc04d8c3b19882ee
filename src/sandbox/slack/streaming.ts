import type { WorldClock } from '../clock.ts'
import type { StoredMessage } from './store.ts'

const STREAM_LIFE_MS = 5 * 60_000

/** Slack ends a stream by itself after five minutes; the message stays as it is then. */
export function isStreaming(message: StoredMessage, clock: WorldClock): boolean {
  const since = message.streamingSince
  return since !== undefined && clock.now() - since <= STREAM_LIFE_MS
}
