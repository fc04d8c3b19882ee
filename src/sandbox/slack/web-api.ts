import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJson, isRecord, parseJson, readBody, urlOf } from '../exchange.ts'
import { textArgument } from './arguments.ts'
import { APP_TOKEN, BOT_TOKEN, findChannel } from './cast.ts'
import type { JsonObject } from './json-object.ts'
import { assistantMethods } from './methods-assistant.ts'
import { chatMethods } from './methods-chat.ts'
import { conversationMethods } from './methods-conversations.ts'
import { peopleMethods } from './methods-people.ts'
import { streamMethods } from './methods-stream.ts'
import { viewMethods } from './methods-views.ts'
import { scopesNeeded } from './scopes.ts'
import { type Method, SlackRefusal, type Workspace } from './workspace.ts'

export const API_PATH = '/slack/api/'
const BODY_BYTES_MAX = 5_000_000
const METHOD_NAME_MAX = 100
const APP_METHODS = ['apps.connections.open']

const METHODS: Readonly<Record<string, Method>> = {
  ...assistantMethods,
  ...chatMethods,
  ...conversationMethods,
  ...peopleMethods,
  ...streamMethods,
  ...viewMethods,
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
}

/** Answers one call of the Web API. */
export async function handleApiCall(
  workspace: Workspace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = urlOf(request)
  const method = url.pathname.slice(API_PATH.length, API_PATH.length + METHOD_NAME_MAX)
  const body = await readBody(request, BODY_BYTES_MAX)
  const answer =
    'problem' in body
      ? { status: body.status, headers: {}, body: { ok: false, error: 'invalid_post_type' } }
      : answerCall(workspace, method, { request, body: body.text, query: url.searchParams })
  answerJson(response, answer.status, answer.body, answer.headers)
}

function answerCall(
  workspace: Workspace,
  method: string,
  call: { request: IncomingMessage; body: string; query: URLSearchParams },
): Answer {
  const isKnown = Object.hasOwn(METHODS, method)
  workspace.usage.count('methods', isKnown ? method : 'unknown_method')
  if (workspace.faults.has('slack', '5xx'))
    return { status: 500, headers: {}, body: { ok: false, error: 'internal_error' } }
  if (workspace.faults.has('slack', '429')) return rateLimited(workspace, method, 1)
  const run = isKnown ? METHODS[method] : undefined
  try {
    const args = readArguments(call)
    const scopes = authorise(workspace, method, tokenOf(call.request, args), args)
    if (run === undefined) throw new SlackRefusal('unknown_method', { req_method: method })
    refuseByFault(workspace, method, args)
    const channel = findChannel(textArgument(args, 'channel') ?? '')
    const waitSeconds = workspace.limits.take(method, channel?.id ?? 'unknown')
    if (waitSeconds !== undefined) return rateLimited(workspace, method, waitSeconds)
    return ok({ ok: true, ...run(workspace, args) }, scopes)
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error
    workspace.usage.refused(method, error.error, detailOf(error.fields))
    return ok({ ok: false, error: error.error, ...error.fields }, workspace.rights.scopes)
  }
}

const STREAM_METHODS = ['chat.startStream', 'chat.appendStream']
const NEW_BLOCKS = /"type":"(?:table|data_table|data_visualization)"/

/** A workspace that has no streams yet, or does not know the newest blocks. */
function refuseByFault({ faults }: Workspace, method: string, args: JsonObject): void {
  if (faults.has('slack', 'no-streams') && STREAM_METHODS.includes(method))
    throw new SlackRefusal('method_not_supported_for_channel_type')
  const blocks = args['blocks']
  const text = typeof blocks === 'string' ? blocks : JSON.stringify(blocks ?? '')
  if (faults.has('slack', 'no-tables') && NEW_BLOCKS.test(text)) throw new SlackRefusal('invalid_blocks')
}

function authorise(workspace: Workspace, method: string, token: string, args: JsonObject): readonly string[] {
  if (token === '') throw new SlackRefusal('not_authed')
  if (token !== APP_TOKEN && token !== BOT_TOKEN) throw new SlackRefusal('invalid_auth')
  const isAppToken = token === APP_TOKEN
  if (isAppToken !== APP_METHODS.includes(method) && method !== 'auth.test')
    throw new SlackRefusal('not_allowed_token_type')
  const granted = isAppToken ? ['connections:write'] : workspace.rights.scopes
  const needed = scopesNeeded(method, {
    channel: textArgument(args, 'channel') ?? '',
    types: textArgument(args, 'types') ?? 'public_channel',
  }).filter((scope) => !granted.includes(scope))
  if (needed.length > 0)
    throw new SlackRefusal('missing_scope', { needed: needed.join(','), provided: granted.join(',') })
  return granted
}

function tokenOf(request: IncomingMessage, args: JsonObject): string {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  return bearer ?? textArgument(args, 'token') ?? ''
}

function readArguments(call: { request: IncomingMessage; body: string; query: URLSearchParams }): JsonObject {
  const fromQuery = Object.fromEntries(call.query)
  const type = call.request.headers['content-type'] ?? ''
  if (call.body === '') return fromQuery
  if (type.includes('application/json')) {
    const parsed = parseJson(call.body)
    if (!isRecord(parsed)) throw new SlackRefusal(parsed === undefined ? 'invalid_json' : 'json_not_object')
    return { ...fromQuery, ...parsed }
  }
  if (type.includes('application/x-www-form-urlencoded'))
    return { ...fromQuery, ...Object.fromEntries(new URLSearchParams(call.body)) }
  throw new SlackRefusal('invalid_form_data')
}

function ok(body: JsonObject, scopes: readonly string[]): Answer {
  return { status: 200, headers: { 'x-oauth-scopes': scopes.join(',') }, body }
}

function rateLimited(workspace: Workspace, method: string, seconds: number): Answer {
  workspace.usage.refused(method, 'ratelimited', `Retry-After ${seconds}`)
  return {
    status: 429,
    headers: { 'retry-after': String(seconds) },
    body: { ok: false, error: 'ratelimited' },
  }
}

function detailOf(fields: JsonObject): string {
  if (typeof fields['needed'] === 'string') return `needed ${fields['needed']}`
  return Array.isArray(fields['errors']) ? fields['errors'].join('; ') : ''
}
