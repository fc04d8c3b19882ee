import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface WireRequest {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'hang up'

/** A server that answers every request with the next of its replies, the last one for ever, and keeps what it was asked. */
export interface Wire {
  readonly url: string
  readonly requests: WireRequest[]
  answer(...replies: readonly Reply[]): void
  close(): Promise<void>
}

export async function openWire(): Promise<Wire> {
  const requests: WireRequest[] = []
  let replies: readonly Reply[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const isGzip = request.headers['content-encoding'] === 'gzip'
      const url = new URL(request.url ?? '/', 'http://local.example')
      const body = (isGzip ? gunzipSync(bytes) : bytes).toString()
      requests.push({ path: url.pathname, query: url.searchParams, headers: request.headers, body })
      const [reply = { status: 500 }, ...rest] = replies
      if (rest.length > 0) replies = rest
      send(response, reply)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    requests,
    answer(...next) {
      replies = next
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function portOf(server: Server): number {
  const address = server.address() as AddressInfo
  return address.port
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang up') {
    response.destroy()
    return
  }
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {})
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(text)
}
