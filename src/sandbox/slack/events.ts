import { randomUUID } from 'node:crypto'
import type { WorldClock } from '../clock.ts'
import type { Disk } from '../disk.ts'
import type { Faults } from '../faults.ts'
import { APP, TEAM } from './cast.ts'
import type { JsonObject } from './json-object.ts'
import type { AppRights } from './manifest.ts'
import { eventScope } from './scopes.ts'
import type { Delivery, SocketMode } from './socket.ts'
import type { UsageBook } from './usage.ts'

// Slack tries an event once, again at once, after one minute and after five, and then gives up.
const RETRY_AFTER_MS = [0, 0, 60_000, 300_000] as const
const TICK_MS = 250

interface PendingEvent {
  readonly id: string
  readonly subscription: string
  readonly payload: JsonObject
  readonly createdAt: number
  readonly attempt: number
  readonly reason: string
}

export interface Events {
  /** Delivers an event the app subscribes to; resolves when the first attempt is over. */
  publish(subscription: string, event: JsonObject): Promise<void>
  close(): void
}

export function createEvents(options: {
  disk: Disk
  clock: WorldClock
  faults: Faults
  rights: AppRights
  usage: UsageBook
  socket: Pick<SocketMode, 'deliver'>
}): Events {
  const { clock, faults, rights, usage, socket } = options
  const kept = options.disk.collection<PendingEvent>('slack.events')
  const waiting = new Map(kept.all().map((event) => [event.id, event]))
  let isClosed = false

  const deliver = async (event: PendingEvent): Promise<Delivery> => {
    const delivery = await socket.deliver({
      type: 'events_api',
      payload: event.payload,
      ...(event.attempt > 0 ? { retry: { attempt: event.attempt, reason: event.reason } } : {}),
    })
    if (delivery.kind !== 'unconnected') usage.count('events', event.subscription)
    return delivery
  }
  const attempt = async (event: PendingEvent): Promise<void> => {
    waiting.delete(event.id)
    const delivery = await deliver(event)
    // What a closing world left unanswered stays on disk for the next start.
    if (isClosed) return
    const next = event.attempt + 1
    if (delivery.kind === 'acked' || next >= RETRY_AFTER_MS.length) return kept.delete(event.id)
    const reason = delivery.kind === 'unanswered' ? 'timeout' : 'connection_failed'
    const retry = { ...event, attempt: next, reason }
    kept.put(event.id, retry)
    // The first retry is due at once; the others wait for the ticker.
    if (next === 1) void attempt(retry)
    else waiting.set(event.id, retry)
  }
  const retryDue = () => {
    for (const event of [...waiting.values()])
      if (clock.now() - event.createdAt >= (RETRY_AFTER_MS[event.attempt] ?? 0)) void attempt(event)
  }
  const ticker = setInterval(retryDue, TICK_MS)
  ticker.unref()

  return {
    async publish(subscription, event) {
      const scope = eventScope(subscription)
      if (!rights.events.includes(subscription)) return
      if (scope !== undefined && !rights.scopes.includes(scope)) return
      const pending = newEvent(subscription, event, clock.now())
      kept.put(pending.id, pending)
      const copies = faults.has('slack', 'duplicate') ? [deliver(pending)] : []
      await Promise.all([attempt(pending), ...copies])
    },
    close() {
      isClosed = true
      clearInterval(ticker)
    },
  }
}

function newEvent(subscription: string, event: JsonObject, now: number): PendingEvent {
  const id = `Ev0${randomUUID().replaceAll('-', '').slice(0, 12).toUpperCase()}`
  const payload = {
    token: 'sandbox-verification',
    team_id: TEAM.id,
    api_app_id: APP.id,
    event,
    type: 'event_callback',
    event_id: id,
    event_time: Math.floor(now / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: TEAM.id,
        user_id: APP.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  }
  return { id, subscription, payload, createdAt: now, attempt: 0, reason: '' }
}
