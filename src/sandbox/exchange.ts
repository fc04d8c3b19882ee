import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

const inflate = promisify(gunzip)

export type Body = { readonly text: string } | { readonly status: 400 | 413; readonly problem: string }

/** Reads a request's whole body as text, gunzipped where it says so; a body over `bytesMax` is not read to its end. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Body> {
  const tooLarge = { status: 413, problem: `The body is larger than ${bytesMax} bytes; send less.` } as const
  const chunks: Buffer[] = []
  let bytes = 0
  // `destroyOnReturn: false`: leaving early must not cut the connection that the answer still needs.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const piece = Buffer.from(chunk)
    bytes += piece.length
    if (bytes > bytesMax) return tooLarge
    chunks.push(piece)
  }
  const raw = Buffer.concat(chunks)
  if (request.headers['content-encoding'] !== 'gzip') return { text: raw.toString('utf8') }
  try {
    return { text: (await inflate(raw, { maxOutputLength: bytesMax })).toString('utf8') }
  } catch (error) {
    if (error instanceof RangeError) return tooLarge
    return {
      status: 400,
      problem: 'The body says gzip and is not; send valid gzip or leave the header away.',
    }
  }
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  const text = JSON.stringify(body)
  // A request that was refused before its body was read cannot share its connection with a next one.
  const close = status === 413 ? { connection: 'close' } : {}
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    ...close,
    ...headers,
  })
  response.end(text)
}

/** The parsed value, or undefined where the text is no JSON (JSON itself has no undefined). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The path and query of a request, whatever its Host header says. */
export function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://sandbox')
}
