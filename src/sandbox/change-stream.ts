import type { ServerResponse } from 'node:http'
import { answerJson } from './exchange.ts'

const COALESCE_MS = 100
const KEEP_ALIVE_MS = 15_000
const LISTENERS_MAX = 50

/** Tells open pages that something in the world has changed, at most every 100 ms. */
export interface ChangeStream {
  changed(): void
  /** Keeps the response open as a stream of server-sent events. */
  join(response: ServerResponse): void
  close(): void
}

export function createChangeStream(): ChangeStream {
  const open = new Set<ServerResponse>()
  let pending: NodeJS.Timeout | undefined
  const write = (text: string) => {
    for (const response of open) response.write(text)
  }
  const keepAlive = setInterval(() => write(': still here\n\n'), KEEP_ALIVE_MS)
  keepAlive.unref()
  return {
    changed() {
      if (open.size === 0 || pending !== undefined) return
      pending = setTimeout(() => {
        pending = undefined
        write('event: change\ndata: {}\n\n')
      }, COALESCE_MS)
      pending.unref()
    },
    join(response) {
      if (open.size >= LISTENERS_MAX) {
        answerJson(response, 503, { error: 'Too many pages are open; close some.' })
        return
      }
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(': the world is listening\n\n')
      open.add(response)
      response.once('close', () => open.delete(response))
    },
    close() {
      clearInterval(keepAlive)
      clearTimeout(pending)
      for (const response of open) response.end()
    },
  }
}
