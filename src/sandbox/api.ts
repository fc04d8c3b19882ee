import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppProcess } from './app-process.ts'
import type { LocalAxiom } from './axiom/axiom.ts'
import { EVENTS_PER_BATCH_MAX } from './axiom/datasets.ts'
import type { ChangeStream } from './change-stream.ts'
import type { WorldClock } from './clock.ts'
import { answerJson, isRecord, parseJson, readBody, urlOf } from './exchange.ts'
import { FAULTS, type Faults } from './faults.ts'
import type { StubModel } from './model/model.ts'
import { removalFor } from './samples/removal.ts'
import { findScenario, REMOVE_AT_SOURCE, SCENARIOS } from './samples/scenarios.ts'
import type { Past } from './samples/standing.ts'
import { appendSamples } from './samples/story.ts'
import type { LocalSlack } from './slack/slack.ts'
import type { WebhookInbox } from './webhook-inbox.ts'

const ROOT = '/sandbox/api/'
const BODY_BYTES_MAX = 5 * 1024 * 1024
const ADVANCE_MS_MAX = 366 * 24 * 60 * 60 * 1000

/** All that the page, tests and scripts can see and touch. */
export interface ApiParts {
  readonly slack: Pick<LocalSlack, 'act' | 'state' | 'messages' | 'person' | 'usage'>
  readonly axiom: LocalAxiom
  readonly model: Pick<StubModel, 'usage'>
  readonly inbox: Pick<WebhookInbox, 'received'>
  readonly clock: WorldClock
  readonly faults: Faults
  readonly app: AppProcess
  readonly past: Past
  readonly changes: ChangeStream
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

interface Call {
  readonly query: URLSearchParams
  readonly text: string
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown
}

type Handler = (parts: ApiParts, call: Call) => Answer | Promise<Answer>

const ROUTES: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  state: { GET: (parts) => ok(stateOf(parts)) },
  messages: { GET: readMessages },
  person: { GET: readPerson },
  datasets: { GET: (parts) => ok({ datasets: parts.axiom.datasets() }) },
  webhooks: { GET: (parts) => ok({ webhooks: parts.inbox.received() }) },
  usage: {
    GET: ({ slack, axiom, model }) => ok({ ...slack.usage(), ...axiom.usage(), model: model.usage() }),
  },
  act: { POST: (parts, call) => (call.json === undefined ? noJson() : parts.slack.act(call.json)) },
  events: { POST: appendEvents },
  scenario: { POST: playScenario },
  app: { POST: controlApp },
  clock: { POST: advanceClock },
  faults: { POST: setFaults },
}

/** Answers /sandbox/api/*; false for any other path. */
export async function handleApi(
  parts: ApiParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { pathname, searchParams } = urlOf(request)
  if (!pathname.startsWith(ROOT)) return false
  const path = pathname.slice(ROOT.length)
  if (path === 'stream' && request.method === 'GET') {
    parts.changes.join(response)
    return true
  }
  const { method = 'GET' } = request
  const handler = methodsOf(path)?.[method]
  const read = await readBody(request, BODY_BYTES_MAX)
  const answer =
    'problem' in read
      ? refused(read.status, read.problem)
      : handler === undefined
        ? unknownCall(path, method)
        : await handler(parts, { query: searchParams, text: read.text, json: parseJson(read.text) })
  answerJson(response, answer.status, answer.body)
  return true
}

function methodsOf(path: string): Readonly<Record<string, Handler>> | undefined {
  const [first = '', second, ...rest] = path.split('/')
  if (first === 'datasets' && second !== undefined && rest.length === 0)
    return { GET: (parts) => readDataset(parts, second) }
  return second === undefined && Object.hasOwn(ROUTES, first) ? ROUTES[first] : undefined
}

function ok(body: unknown): Answer {
  return { status: 200, body }
}

function refused(status: number, error: string): Answer {
  return { status, body: { error } }
}

function noJson(): Answer {
  return refused(400, 'Send the call as a JSON object.')
}

function unknownCall(path: string, method: string): Answer {
  const methods = methodsOf(path)
  if (methods !== undefined) return refused(405, `Use ${Object.keys(methods).join(' or ')}, not ${method}.`)
  return refused(404, `The sandbox has no call "${path}"; it has stream, ${Object.keys(ROUTES).join(', ')}.`)
}

function stateOf(parts: ApiParts): unknown {
  const { slack, clock, faults } = parts
  const { people, channels, app } = slack.state()
  return {
    people,
    channels,
    app: { ...parts.app.status(), connected: app.connected },
    scenarios: [...SCENARIOS, REMOVE_AT_SOURCE].map(({ id, title, description }) => ({
      id,
      title,
      description,
    })),
    clock: { now: clock.now(), offsetMs: clock.offsetMs() },
    faults: faults.current(),
    knownFaults: FAULTS,
    datasets: parts.axiom.datasets(),
  }
}

function readMessages(parts: ApiParts, call: Call): Answer {
  const channel = call.query.get('channel') ?? ''
  const messages = parts.slack.messages(channel)
  if (messages !== undefined) return ok({ messages })
  const names = parts.slack.state().channels.map((one) => one.name)
  return refused(404, `There is no channel "${channel}"; use one of ${names.join(', ')}.`)
}

function readPerson(parts: ApiParts, call: Call): Answer {
  const user = call.query.get('user') ?? ''
  const person = parts.slack.person(user)
  if (person !== undefined) return ok(person)
  const ids = parts.slack.state().people.map((one) => one.id)
  return refused(404, `There is no person "${user}"; use one of ${ids.join(', ')}.`)
}

function readDataset(parts: ApiParts, name: string): Answer {
  const events = parts.axiom.events(name)
  return events === undefined ? noDataset(parts, name) : ok({ events })
}

function noDataset(parts: ApiParts, name: string): Answer {
  const names = parts.axiom.datasets().map((one) => one.name)
  return refused(404, `There is no dataset "${name}"; use one of ${names.join(', ')}.`)
}

function appendEvents(parts: ApiParts, call: Call): Answer {
  const dataset = call.query.get('dataset') ?? ''
  if (parts.axiom.events(dataset) === undefined) return noDataset(parts, dataset)
  const events: unknown[] = []
  for (const [index, line] of call.text.split('\n').entries()) {
    if (line.trim() === '') continue
    const event = parseJson(line)
    if (!isRecord(event))
      return refused(400, `Line ${index + 1} is not a JSON object; send one event a line.`)
    events.push(event)
  }
  if (events.length > EVENTS_PER_BATCH_MAX)
    return refused(400, `Send ${EVENTS_PER_BATCH_MAX} events at most in one call.`)
  return ok(parts.axiom.append(dataset, events))
}

function playScenario(parts: ApiParts, call: Call): Answer {
  if (!isRecord(call.json)) return noJson()
  const { id, grantee, role } = call.json
  const nowMs = parts.clock.now()
  if (id !== REMOVE_AT_SOURCE.id) {
    const scenario = typeof id === 'string' ? findScenario(id) : undefined
    if (scenario !== undefined) return ok(appendSamples(parts.axiom, scenario.events(nowMs, parts.past)))
    const ids = [...SCENARIOS, REMOVE_AT_SOURCE].map((one) => one.id)
    return refused(400, `There is no scenario "${String(id)}"; use one of ${ids.join(', ')}.`)
  }
  if (typeof grantee !== 'string' || grantee === '')
    return refused(
      400,
      'Name the person whose role is to go, as "grantee": an e-mail address or a GitHub login.',
    )
  const named = typeof role === 'string' && role !== '' ? { role } : {}
  const events = removalFor({ grantee, nowMs, past: parts.past, ...named })
  if (events.length > 0) return ok(appendSamples(parts.axiom, events))
  return refused(409, `${grantee} holds no such role in the sample logs; name somebody who was given one.`)
}

async function controlApp(parts: ApiParts, call: Call): Promise<Answer> {
  const wanted = isRecord(call.json) ? call.json['do'] : undefined
  if (wanted === 'kill') await parts.app.kill()
  else if (wanted === 'stop') await parts.app.stop()
  else if (wanted === 'start') await parts.app.start()
  else return refused(400, 'Say what to do with the app: {"do": "kill"}, "stop" or "start".')
  return ok({ ok: true, app: parts.app.status() })
}

function advanceClock(parts: ApiParts, call: Call): Answer {
  const ms = isRecord(call.json) ? call.json['advanceMs'] : undefined
  if (typeof ms !== 'number' || !Number.isSafeInteger(ms) || ms < 0 || ms > ADVANCE_MS_MAX)
    return refused(
      400,
      `"advanceMs" must be whole milliseconds from 0 to ${ADVANCE_MS_MAX}; time only goes forward.`,
    )
  parts.clock.advance(ms)
  parts.changes.changed()
  return ok({ clock: { now: parts.clock.now(), offsetMs: parts.clock.offsetMs() } })
}

function setFaults(parts: ApiParts, call: Call): Answer {
  if (!isRecord(call.json)) return noJson()
  const wrong = parts.faults.set(call.json)
  return wrong.length > 0 ? refused(400, wrong.join(' ')) : ok({ faults: parts.faults.current() })
}
