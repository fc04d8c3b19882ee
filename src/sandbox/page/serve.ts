import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('./assets/', import.meta.url))

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  // Browsers refuse a module that is not called JavaScript; what is sent has its types taken out.
  '.ts': 'text/javascript; charset=utf-8',
}

const HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

// Only names found here at load are ever opened, so no path in a request can lead elsewhere.
const names: ReadonlySet<string> = new Set(
  readdirSync(FOLDER).filter((name) => CONTENT_TYPES[extname(name)] !== undefined),
)
const bodies = new Map<string, string>()

/** Answers `/` and `/assets/*`; false when the path is not the page's. */
export function servePage(request: IncomingMessage, response: ServerResponse): boolean {
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  if (path !== '/' && !path.startsWith('/assets/')) return false
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    send(response, { status: 405, type: 'text/plain', body: 'Use GET.', headers: { allow: 'GET, HEAD' } })
    return true
  }
  const name = path === '/' ? 'index.html' : path.slice('/assets/'.length)
  if (!names.has(name)) {
    send(response, { status: 404, type: 'text/plain', body: 'The page has no such file.' })
    return true
  }
  send(response, { status: 200, type: CONTENT_TYPES[extname(name)] ?? 'text/plain', body: bodyOf(name) })
  return true
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    ...HEADERS,
    ...answer.headers,
    'content-type': answer.type,
    'content-length': Buffer.byteLength(answer.body),
  })
  // For HEAD, Node keeps the headers and drops the body by itself.
  response.end(answer.body)
}

function bodyOf(name: string): string {
  const known = bodies.get(name)
  if (known !== undefined) return known
  const source = readFileSync(join(FOLDER, name), 'utf8')
  const body = extname(name) === '.ts' ? stripTypeScriptTypes(source) : source
  bodies.set(name, body)
  return body
}
