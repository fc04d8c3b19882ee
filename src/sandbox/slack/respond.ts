import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJson, isRecord, parseJson, readBody, urlOf } from '../exchange.ts'
import { APP } from './cast.ts'
import { type JsonObject, stringIn } from './json-object.ts'
import { contentArguments, isBlank } from './methods-chat.ts'
import { announcePost, postMessage, replaceMessage } from './posting.ts'
import { RESPONSE_PATH, type ResponseTarget } from './response-urls.ts'
import { SlackRefusal, type Workspace } from './workspace.ts'

const BODY_BYTES_MAX = 5_000_000

/** Answers a post to a response_url. */
export async function handleResponseUrl(
  workspace: Workspace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = urlOf(request).pathname.slice(RESPONSE_PATH.length)
  const body = await readBody(request, BODY_BYTES_MAX)
  const refusal = answerWith(workspace, token, 'text' in body ? parseJson(body.text) : undefined)
  if (refusal !== undefined) workspace.usage.refused('response_url', refusal.error, '')
  answerJson(
    response,
    refusal?.status ?? 200,
    refusal === undefined ? { ok: true } : { ok: false, error: refusal.error },
  )
}

function answerWith(
  workspace: Workspace,
  token: string,
  body: unknown,
): { status: number; error: string } | undefined {
  if (!isRecord(body)) return { status: 400, error: 'invalid_payload' }
  const target = workspace.responseUrls.use(token)
  if (typeof target === 'string') return { status: 404, error: target }
  try {
    respondTo(workspace, target, body)
    return undefined
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error
    return { status: 400, error: error.error }
  }
}

/** Carries out what an app answered to a command or an action: replace, delete, tell the person or the channel. */
export function respondTo(workspace: Workspace, target: ResponseTarget, body: JsonObject): void {
  if (body['delete_original'] === true) {
    deleteOriginal(workspace, target)
    return
  }
  const content = contentArguments(body)
  if (isBlank(content)) throw new SlackRefusal('no_text')
  if (body['replace_original'] === true && target.messageTs !== undefined) {
    replaceOriginal(workspace, target, content)
    return
  }
  const message = {
    channel: target.channel,
    text: content.text ?? '',
    blocks: content.blocks,
    threadTs: stringIn(body, 'thread_ts') ?? target.threadTs,
  }
  if (body['response_type'] === 'in_channel') {
    const author = { user: APP.botUserId, botId: APP.botId }
    const posted = postMessage(workspace, { ...message, ...author, attachments: content.attachments })
    void announcePost(workspace, posted)
    return
  }
  workspace.store.saveEphemeral({ ...message, ts: workspace.store.nextTs(), user: target.user })
}

function deleteOriginal(workspace: Workspace, target: ResponseTarget): void {
  const ts = target.messageTs
  if (ts === undefined) throw new SlackRefusal('message_not_found')
  if (target.isEphemeral) {
    workspace.store.deleteEphemeral(target.user, ts)
    return
  }
  const before = workspace.store.message(target.channel, ts)
  if (before === undefined || before.deleted) throw new SlackRefusal('message_not_found')
  replaceMessage(workspace, before, {
    ...before,
    text: 'This message was deleted.',
    blocks: undefined,
    attachments: undefined,
    metadata: undefined,
    deleted: true,
  })
}

function replaceOriginal(
  workspace: Workspace,
  target: ResponseTarget,
  content: ReturnType<typeof contentArguments>,
): void {
  const ts = target.messageTs ?? ''
  const text = content.text ?? ''
  if (target.isEphemeral) {
    const before = workspace.store.ephemerals(target.user).find((one) => one.ts === ts)
    if (before === undefined) throw new SlackRefusal('message_not_found')
    workspace.store.saveEphemeral({ ...before, text, blocks: content.blocks })
    return
  }
  const before = workspace.store.message(target.channel, ts)
  if (before === undefined || before.deleted) throw new SlackRefusal('message_not_found')
  const edited = { user: APP.botUserId, ts: workspace.store.nextTs() }
  const { blocks, attachments } = content
  replaceMessage(workspace, before, { ...before, text, blocks, attachments, edited })
}
