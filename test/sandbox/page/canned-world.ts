import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { servePage } from '../../../src/sandbox/page/serve.ts'

export interface CannedAnswers {
  readonly state: Record<string, unknown>
  readonly messages: Record<string, unknown[]>
  readonly person: Record<string, Record<string, unknown>>
  readonly datasets: Record<string, unknown[]>
  readonly webhooks: unknown[]
}

export interface Received {
  readonly path: string
  readonly body: Record<string, unknown>
  readonly text: string
}

export interface CannedWorld {
  readonly url: string
  readonly answers: CannedAnswers
  readonly received: readonly Received[]
  /** Every post is answered by this: tests replace it. */
  onPost: (received: Received) => { status?: number; body: unknown }
  /** Tells open pages that something changed. */
  announce(): void
  /** Settles with the next post to `path` that comes after the call. */
  nextPost(path: string): Promise<Received>
  close(): Promise<void>
}

/** Serves the real page with answers from memory, over the sandbox API's own paths. */
export async function openCannedWorld(answers: CannedAnswers): Promise<CannedWorld> {
  const streams = new Set<ServerResponse>()
  const received: Received[] = []
  const waiting: { path: string; settle: (post: Received) => void }[] = []
  const server = createServer((request, response) => {
    if (servePage(request, response)) return
    const url = new URL(request.url ?? '/', 'http://sandbox')
    const path = url.pathname.replace('/sandbox/api', '')
    if (path === '/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('event: change\ndata: {}\n\n')
      streams.add(response)
      request.on('close', () => streams.delete(response))
    } else if (request.method === 'POST') void take(request, response, path)
    else {
      const said = read(answers, path, url.searchParams)
      answer(response, said ?? { error: `There is no ${path}.` }, said === undefined ? 404 : 200)
    }
  })
  async function take(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const isJson = request.headers['content-type'] === 'application/json'
    const post: Received = { path, text, body: isJson ? JSON.parse(text) : {} }
    received.push(post)
    const said = world.onPost(post)
    answer(response, said.body, said.status)
    for (const wait of waiting.splice(0)) wait.path === path ? wait.settle(post) : waiting.push(wait)
  }
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const world: CannedWorld = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    received,
    onPost: () => ({ body: { ok: true, sees: { ephemerals: [] } } }),
    announce() {
      for (const stream of streams) stream.write('event: change\ndata: {}\n\n')
    },
    nextPost: (path) => new Promise((settle) => void waiting.push({ path, settle })),
    async close() {
      server.closeAllConnections()
      await new Promise((settle) => server.close(settle))
    },
  }
  return world
}

function read(answers: CannedAnswers, path: string, query: URLSearchParams): unknown {
  const dataset = /^\/datasets\/(.+)$/.exec(path)?.[1]
  if (dataset !== undefined) return { events: answers.datasets[dataset] ?? [] }
  switch (path) {
    case '/state':
      return answers.state
    case '/messages':
      return { messages: answers.messages[query.get('channel') ?? ''] ?? [] }
    case '/person':
      return answers.person[query.get('user') ?? ''] ?? {}
    case '/webhooks':
      return { webhooks: answers.webhooks }
    default:
      return undefined
  }
}

function answer(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
