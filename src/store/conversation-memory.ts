import { type PreparedDecision, parsePrepared } from '../domain/answer.ts'
import { parseTranscript, TRANSCRIPT_DAYS } from '../domain/transcript.ts'
import type { TokenMeter, Transcripts } from '../ports/analyst.ts'
import type { Store } from './database.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const METER_HOURS = 48
const THREADS = 'thread'
const TOKENS = 'analyst-tokens'
const PREPARED = 'prepared'

/** What answers prepared, by the answer: a button carries an id alone. */
export interface PreparedDecisions {
  keep(tenantId: string, answerId: string, prepared: PreparedDecision): Promise<void>
  find(tenantId: string, answerId: string): Promise<PreparedDecision | null>
}

type KeyValueStore = Pick<Store, 'keyValue'>

/** What conversations remember: threads for some days, and the tokens of each hour. */
export function createConversationMemory(store: KeyValueStore): {
  readonly transcripts: Transcripts
  readonly meter: TokenMeter
  readonly prepared: PreparedDecisions
} {
  const threads = (tenantId: string) => store.keyValue({ namespace: THREADS, tenantId })
  const preparations = (tenantId: string) => store.keyValue({ namespace: PREPARED, tenantId })
  const tokens = (tenantId: string) => store.keyValue({ namespace: TOKENS, tenantId })
  return {
    transcripts: {
      load: async (tenantId, thread) => parseTranscript(await threads(tenantId).get(thread)),
      async save(tenantId, thread, entries) {
        await threads(tenantId).set(thread, entries, TRANSCRIPT_DAYS * DAY_MS)
      },
    },
    prepared: {
      async keep(tenantId, answerId, prepared) {
        await preparations(tenantId).set(answerId, prepared, DAY_MS)
      },
      find: async (tenantId, answerId) => parsePrepared(await preparations(tenantId).get(answerId)),
    },
    meter: {
      // Two instances may add at the same moment and lose one of the two: the budget is a brake, not an account.
      async add(tenantId, used) {
        const hour = String(Math.floor(used.at / HOUR_MS))
        const known: unknown = await tokens(tenantId).get(hour)
        await tokens(tenantId).set(hour, countOf(known) + used.tokens, METER_HOURS * HOUR_MS)
      },
      async since(tenantId, since) {
        const first = Math.floor(since / HOUR_MS)
        const hours = Array.from({ length: METER_HOURS }, (_, index) => String(first + index))
        const counts: readonly unknown[] = await tokens(tenantId).getMany(hours)
        return counts.reduce<number>((sum, count) => sum + countOf(count), 0)
      },
    },
  }
}

export async function forgetThreads(store: KeyValueStore, tenantId: string): Promise<void> {
  for (const namespace of [THREADS, PREPARED]) await store.keyValue({ namespace, tenantId }).clear()
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
