import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { isRecord, parseJson, urlOf } from '../exchange.ts'
import type { Faults } from '../faults.ts'
import { APP } from './cast.ts'
import { type JsonObject, stringIn } from './json-object.ts'

const SOCKET_PATH = '/slack/socket'
const CONNECTIONS_MAX = 10
const ACK_TIMEOUT_MS = 3000
const CLOSE_TIMEOUT_MS = 500
const GOING_AWAY = 1001
const TICKET_LIFE_MS = 30_000
const TICKETS_MAX = 100
const FRAME_BYTES_MAX = 1_000_000
const CONNECTION_SECONDS = 18_060

interface Envelope {
  readonly type: 'events_api' | 'slash_commands' | 'interactive'
  readonly payload: JsonObject
  readonly retry?: { readonly attempt: number; readonly reason: string }
}

export type Delivery =
  | { readonly kind: 'acked'; readonly payload: JsonObject }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'unconnected' }

export interface SocketMode {
  /** A WebSocket address that lets one connection in, once. */
  openUrl(baseUrl: string): string
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  connections(): number
  /** Sends the envelope to one of the connections and waits for its acknowledgement. */
  deliver(envelope: Envelope): Promise<Delivery>
  close(): Promise<void>
}

interface Waiting {
  readonly connection: WebSocket
  settle(delivery: Delivery): void
}

export function createSocketMode(options: { faults: Faults; changed: () => void }): SocketMode {
  const server = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX })
  const tickets = createTickets()
  const waiting = new Map<string, Waiting>()
  // Connections take turns: the one that was served last goes to the end.
  let connections: WebSocket[] = []
  let isCutOff = false

  const connect = (connection: WebSocket) => {
    // A client that breaks the protocol is closed by ws itself; the close event below tells the rest.
    connection.on('error', () => connection.terminate())
    if (connections.length >= CONNECTIONS_MAX) return hangUp(connection, 'too_many_websockets')
    connections.push(connection)
    connection.on('message', (data, isBinary) => {
      if (!isBinary) acknowledge(waiting, String(data))
    })
    connection.on('close', () => {
      connections = connections.filter((one) => one !== connection)
      for (const one of [...waiting.values()])
        if (one.connection === connection) one.settle({ kind: 'unanswered' })
      options.changed()
    })
    connection.send(JSON.stringify(hello(connections.length)))
    options.changed()
  }
  options.faults.onChange(() => {
    const isOn = options.faults.has('slack', 'disconnect')
    if (isOn && !isCutOff) for (const connection of connections) hangUp(connection, 'refresh_requested')
    isCutOff = isOn
  })

  return {
    openUrl: (baseUrl) => `${baseUrl.replace(/^http/, 'ws')}${SOCKET_PATH}?ticket=${tickets.issue()}`,
    upgrade(request, socket, head) {
      const url = urlOf(request)
      if (url.pathname !== SOCKET_PATH) return false
      if (options.faults.has('slack', 'disconnect')) refuse(socket, '503 Service Unavailable')
      else if (!tickets.take(url.searchParams.get('ticket') ?? '')) refuse(socket, '403 Forbidden')
      else server.handleUpgrade(request, socket, head, connect)
      return true
    },
    connections: () => connections.length,
    deliver(envelope) {
      const connection = connections.shift()
      if (connection === undefined) return Promise.resolve({ kind: 'unconnected' })
      connections.push(connection)
      return send(waiting, connection, envelope)
    },
    close: () => closeAll(server),
  }
}

function closeAll(server: WebSocketServer): Promise<void> {
  // A client says goodbye at once; one that hangs must not keep the world from ending.
  const patience = setTimeout(() => {
    for (const connection of server.clients) connection.terminate()
  }, CLOSE_TIMEOUT_MS)
  for (const connection of server.clients) connection.close(GOING_AWAY)
  return new Promise((resolve) =>
    server.close(() => {
      clearTimeout(patience)
      resolve()
    }),
  )
}

function send(waiting: Map<string, Waiting>, connection: WebSocket, envelope: Envelope): Promise<Delivery> {
  const id = randomUUID()
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle({ kind: 'unanswered' }), ACK_TIMEOUT_MS)
    const settle = (delivery: Delivery) => {
      clearTimeout(timer)
      waiting.delete(id)
      resolve(delivery)
    }
    waiting.set(id, { connection, settle })
    const retry =
      envelope.type === 'events_api'
        ? { retry_attempt: envelope.retry?.attempt ?? 0, retry_reason: envelope.retry?.reason ?? '' }
        : {}
    connection.send(
      JSON.stringify({
        envelope_id: id,
        type: envelope.type,
        payload: envelope.payload,
        accepts_response_payload: envelope.type !== 'events_api',
        ...retry,
      }),
    )
  })
}

function acknowledge(waiting: Map<string, Waiting>, text: string): void {
  const frame = parseJson(text)
  const payload = isRecord(frame) ? frame['payload'] : undefined
  waiting
    .get(stringIn(frame, 'envelope_id') ?? '')
    ?.settle({ kind: 'acked', payload: isRecord(payload) ? payload : {} })
}

function hello(connections: number): JsonObject {
  return {
    type: 'hello',
    num_connections: connections,
    debug_info: { host: 'sandbox', build_number: 1, approximate_connection_time: CONNECTION_SECONDS },
    connection_info: { app_id: APP.id },
  }
}

function hangUp(connection: WebSocket, reason: string): void {
  connection.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'sandbox' } }))
  connection.close(1000)
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function createTickets() {
  const issued = new Map<string, number>()
  return {
    issue(): string {
      const ticket = randomUUID()
      issued.set(ticket, performance.now())
      const oldest = issued.size > TICKETS_MAX ? issued.keys().next().value : undefined
      if (oldest !== undefined) issued.delete(oldest)
      return ticket
    },
    take(ticket: string): boolean {
      const issuedAt = issued.get(ticket)
      issued.delete(ticket)
      return issuedAt !== undefined && performance.now() - issuedAt < TICKET_LIFE_MS
    },
  }
}
