import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import type { KnownBlock } from '@slack/types'
import { UpstreamError } from '../../src/ports.ts'
import { AnswerMessage } from '../../src/slack/answer-message.ts'
import type { SlackApi } from '../../src/slack/slack-api.ts'
import { SlackRefusal } from '../../src/slack/slack-error.ts'
import { ownParagraph } from '../../src/slack/views/answer.ts'
import { section } from '../../src/slack/views/blocks.ts'
import { keptLog } from './support/slack-world.ts'

interface Call {
  readonly method: string
  readonly args: Readonly<Record<string, unknown>>
}

const PLACE = { channel: 'C0REVIEW', threadTs: '1.1', userId: 'U0MAYA', teamId: 'T0' }
const refused = (method: string, code: string) => new SlackRefusal(code, { method, retryable: false })

/** A Slack that notes calls in order and fails them as told. */
function notedSlack(fail: (call: Call, earlier: readonly Call[]) => Error | null = () => null) {
  const calls: Call[] = []
  const api: SlackApi = {
    async call(_lane, method, args) {
      const failure = fail({ method, args }, calls)
      calls.push({ method, args })
      if (failure !== null) throw failure
      return { ts: `${calls.length}.0` }
    },
    respond: async () => undefined,
  }
  let lost = 0
  const onLost = () => {
    lost += 1
  }
  const message = new AnswerMessage({ api, log: keptLog(), place: PLACE, onLost })
  return { calls, message, methods: () => calls.map(({ method }) => method), lost: () => lost }
}

const end = [section('the end')]
const running = { id: 's', title: 'Reading', state: 'running' } as const

test('an answer is one stream: a step at once, the rest with its end', async () => {
  const { calls, message, methods } = notedSlack()
  message.step(running)
  message.say(ownParagraph('One.'))
  message.say(ownParagraph('Two.'))
  assert.equal(await message.end([end]), 0)
  assert.deepEqual(methods(), ['chat.startStream', 'chat.stopStream'])
  const [start, stop] = calls
  assert.deepEqual(start?.args['recipient_user_id'], 'U0MAYA')
  assert.match(JSON.stringify(start?.args['chunks']), /in_progress/)
  assert.match(JSON.stringify(stop?.args['chunks']), /One\.\\n\\n.*Two\.\\n\\n.*complete/)
  assert.equal(stop?.args['ts'], '1.0')
  assert.equal(await message.end([end]), null, 'an answer ends once')
  assert.equal(calls.length, 2)
})

test('where there are no streams the answer is posted, and updated as a whole', async () => {
  const { calls, message, methods } = notedSlack(({ method }) =>
    method === 'chat.startStream' ? refused(method, 'method_not_supported_for_channel_type') : null,
  )
  message.step(running)
  message.say(ownParagraph('One.'))
  assert.equal(await message.end([end]), 0)
  assert.deepEqual(methods(), ['chat.startStream', 'chat.postMessage'])
  assert.equal(calls[1]?.args['thread_ts'], '1.1')
  assert.match(JSON.stringify(calls[1]?.args['blocks']), /Reading.*One\..*the end/)
})

test('a stream that ended by itself is updated in its place, with all that was said', async () => {
  const { calls, message, methods } = notedSlack(({ method }) =>
    method === 'chat.stopStream' ? refused(method, 'message_not_in_streaming_state') : null,
  )
  message.say(ownParagraph('One.'))
  assert.equal(await message.end([end]), 0)
  assert.deepEqual(methods(), ['chat.startStream', 'chat.stopStream', 'chat.update'])
  assert.equal(calls[2]?.args['ts'], '1.0')
  assert.match(JSON.stringify(calls[2]?.args['blocks']), /One\..*the end/)
})

test('a stream that somebody stopped is not stopped again, and what cannot be updated is posted', async () => {
  const { calls, message, methods } = notedSlack(({ method }) =>
    method === 'chat.update' ? refused(method, 'cant_update_message') : null,
  )
  message.say(ownParagraph('One.'))
  await turnOfLoop()
  message.streamStopped()
  assert.equal(await message.end([end]), 0)
  assert.deepEqual(methods(), ['chat.startStream', 'chat.update', 'chat.postMessage'])
  assert.match(JSON.stringify(calls[2]?.args['blocks']), /One\..*the end/)
})

test('a stream given up is closed with a text, since Slack ends none that shows steps alone', async () => {
  const { calls, message, methods } = notedSlack(({ method }, earlier) =>
    method === 'chat.stopStream' && earlier.length < 3 ? refused(method, 'internal_error') : null,
  )
  message.step(running)
  assert.equal(await message.end([end]), 0)
  const stop = 'chat.stopStream'
  assert.deepEqual(methods(), ['chat.startStream', stop, stop, stop, 'chat.update'])
  assert.deepEqual(calls[3]?.args['chunks'], [{ type: 'markdown_text', text: '…' }])
})

test('a rate limit is waited out as long as Slack says, and nothing is lost', async () => {
  const limit = new UpstreamError('slack', 'limited', { retryable: true, status: 429, retryAfterMs: 30 })
  const { calls, message, methods } = notedSlack(({ method }, earlier) =>
    earlier.some((one) => one.method === method) ? null : limit,
  )
  message.say(ownParagraph('One.'))
  const startedAt = performance.now()
  assert.equal(await message.end([end]), 0)
  assert.deepEqual(methods(), ['chat.startStream', 'chat.startStream', 'chat.stopStream', 'chat.stopStream'])
  // A timer may fire a moment early, by the clock of the test.
  assert.ok(performance.now() - startedAt >= 55)
  assert.match(JSON.stringify(calls[1]?.args['chunks']), /One\./)
})

test('an ending that Slack refuses gives way to the next, and at last to none', async () => {
  const fancy = [section('fancy')]
  const plain = [section('plain')]
  const refusing = (words: RegExp) =>
    notedSlack(({ method, args }) =>
      words.test(JSON.stringify(args['blocks'] ?? '')) ? refused(method, 'invalid_blocks') : null,
    )
  const say = async (words: RegExp, endings: readonly KnownBlock[][]) => {
    const { message } = refusing(words)
    message.say(ownParagraph('One.'))
    return await message.end(endings)
  }
  assert.equal(await say(/fancy/, [fancy, plain]), 1)
  assert.equal(await say(/fancy|plain/, [fancy, plain]), null)
})

test('a thread that is gone ends the work for it, once, and nothing more is tried', async () => {
  const { message, methods, lost } = notedSlack(({ method }) => refused(method, 'thread_not_found'))
  message.step(running)
  message.say(ownParagraph('One.'))
  assert.equal(await message.end([end]), null)
  assert.equal(message.isLost, true)
  assert.equal(lost(), 1)
  assert.deepEqual(methods(), ['chat.startStream'])
})

test('an answer of nothing but its end is posted', async () => {
  const { message, methods } = notedSlack()
  assert.equal(await message.end([end]), 0)
  assert.deepEqual(methods(), ['chat.postMessage'])
})
