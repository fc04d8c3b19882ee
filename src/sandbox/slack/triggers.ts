import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { WorldClock } from '../clock.ts'

const TRIGGER_LIFE_MS = 3000
const TRIGGERS_MAX = 1000

export interface Trigger {
  readonly user: string
  /** The modal in which the person acted, if it was one. */
  readonly viewId?: string | undefined
}

export interface Triggers {
  issue(trigger: Trigger): string
  /** Uses the trigger up, or says in Slack's words why it opens nothing. */
  exchange(id: string): Trigger | 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id'
}

/** A trigger lives for three seconds of the world's time and of real time, whichever ends first. */
export function createTriggers(clock: WorldClock): Triggers {
  const issued = new Map<string, Trigger & { world: number; real: number; isUsed: boolean }>()
  return {
    issue(trigger) {
      const id = `${Date.now()}.${randomUUID().replaceAll('-', '')}`
      issued.set(id, { ...trigger, world: clock.now(), real: performance.now(), isUsed: false })
      const oldest = issued.size > TRIGGERS_MAX ? issued.keys().next().value : undefined
      if (oldest !== undefined) issued.delete(oldest)
      return id
    },
    exchange(id) {
      const found = issued.get(id)
      if (found === undefined) return 'invalid_trigger_id'
      if (found.isUsed) return 'exchanged_trigger_id'
      if (clock.now() - found.world > TRIGGER_LIFE_MS || performance.now() - found.real > TRIGGER_LIFE_MS)
        return 'expired_trigger_id'
      issued.set(id, { ...found, isUsed: true })
      return found
    },
  }
}
