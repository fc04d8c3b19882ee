import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type ApiParts, handleApi } from './api.ts'
import {
  appEnvironment,
  datasetsOf,
  FEED_DATASETS,
  REVIEW_DATASET,
  SANDBOX_WEBHOOK_SECRET,
} from './app-environment.ts'
import { type AppProcess, createAppProcess } from './app-process.ts'
import { createAxiom, type LocalAxiom } from './axiom/axiom.ts'
import { createChangeStream } from './change-stream.ts'
import { createWorldClock, type WorldClock } from './clock.ts'
import { type Disk, openDisk } from './disk.ts'
import { answerJson } from './exchange.ts'
import { createFaults, type Faults } from './faults.ts'
import { foreignness } from './loopback.ts'
import { createModel } from './model/model.ts'
import { servePage } from './page/serve.ts'
import { sampleHistory } from './samples/history.ts'
import type { Past } from './samples/standing.ts'
import { appendSamples, tellStory } from './samples/story.ts'
import { parseManifest } from './slack/manifest.ts'
import { createSlack, type LocalSlack } from './slack/slack.ts'
import { createWebhookInbox } from './webhook-inbox.ts'

const HOST = '127.0.0.1'
const MANIFEST = new URL('../../manifest.json', import.meta.url)
const APP_ENTRY = fileURLToPath(new URL('../main.ts', import.meta.url))

/** What tests make smaller, faster or wider than life. */
export interface WorldScale {
  /** False: the audit datasets start empty. */
  readonly history?: boolean
  /** False: nothing happens by itself. */
  readonly story?: boolean
  /** How long a slow model or webhook takes. */
  readonly slowMs?: number
  /** Widens the local Slack's rate limits. */
  readonly rateLimits?: number
}

export interface WorldOptions {
  /** Where the world keeps its state; what is there is taken up again. */
  readonly dir: string
  /** 0 for any free port. */
  readonly port: number
  readonly startApp: boolean
  readonly scale?: WorldScale
  /** What the app is installed with; manifest.json of the project where it is left out. */
  readonly manifest?: unknown
  /** Overrides of the app's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Where lines for people go; the app's own output among them. */
  readonly say?: (line: string) => void
}

export interface World {
  readonly url: string
  readonly slack: LocalSlack
  readonly axiom: LocalAxiom
  readonly app: AppProcess
  readonly clock: WorldClock
  readonly faults: Faults
  appEnv(): Record<string, string>
  /** Resolves when the app has opened its socket, or has ended without. */
  untilConnected(): Promise<'connected' | 'ended'>
  stop(): Promise<void>
}

/** A whole surrounding for the app on one loopback port: Slack, Axiom, a model, a webhook target and a page. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const dir = resolve(options.dir)
  const disk = openDisk(dir)
  const clockFile = join(dir, 'clock-offset')
  const clock = createWorldClock(clockFile)
  const faults = createFaults()
  const server = createServer()
  const url = await listen(server, options.port).catch((error: unknown) => {
    disk.close()
    throw error
  })
  const appEnv = () =>
    appEnvironment({
      url,
      databaseUrl: `sqlite:${join(dir, 'countersign.db')}`,
      clockFile,
      more: options.env ?? {},
    })
  const say = options.say ?? ((line: string) => void process.stderr.write(`${line}\n`))
  const pieces = createPieces({ ...options, disk, clock, faults, url })
  const app = createAppProcess({ entry: APP_ENTRY, directory: dir, environment: appEnv, say })
  const changes = createChangeStream()
  const parts: ApiParts = { ...pieces, clock, faults, app, changes }
  watch(parts, pieces)
  serve(server, pieces, parts, say)
  const stopStory = options.scale?.story === false ? () => undefined : storyOf(pieces, { disk, clock })
  // The app takes a second to load; what fills the datasets meanwhile is done before its first call is heard.
  const started = options.startApp ? app.start() : undefined
  fillDatasets({ disk, axiom: pieces.axiom, nowMs: clock.now(), env: appEnv(), scale: options.scale ?? {} })
  await started
  return {
    url,
    slack: pieces.slack,
    axiom: pieces.axiom,
    app,
    clock,
    faults,
    appEnv,
    untilConnected: () => untilConnected(pieces.slack, app),
    async stop() {
      stopStory()
      await app.stop()
      changes.close()
      await pieces.slack.close()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      disk.close()
    },
  }
}

type Pieces = Pick<ApiParts, 'axiom' | 'model' | 'past'> & {
  readonly slack: LocalSlack
  readonly model: ReturnType<typeof createModel>
  readonly inbox: ReturnType<typeof createWebhookInbox>
}

function createPieces(
  options: WorldOptions & { disk: Disk; clock: WorldClock; faults: Faults; url: string },
): Pieces {
  const { disk, clock, faults, url, scale = {} } = options
  const common = { disk, clock, faults }
  const slow = scale.slowMs === undefined ? {} : { slowMs: scale.slowMs }
  const rates = scale.rateLimits === undefined ? {} : { rateLimitScale: scale.rateLimits }
  const manifest = parseManifest(options.manifest ?? JSON.parse(readFileSync(MANIFEST, 'utf8')))
  const axiom = createAxiom(common)
  const past: Past = (dataset) => axiom.events(dataset) ?? []
  return {
    axiom,
    past,
    slack: createSlack({ ...common, baseUrl: () => url, manifest, ...rates }),
    model: createModel({ clock, faults, ...slow }),
    inbox: createWebhookInbox({ ...common, secret: SANDBOX_WEBHOOK_SECRET, ...slow }),
  }
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(port, HOST, () => {
      server.off('error', failed)
      done()
    })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://${HOST}:${address.port}`
}

/** Every change of the world reaches the page, and the app's first connection its status. */
function watch(parts: ApiParts, pieces: Pieces): void {
  const { changes } = parts
  const { slack } = pieces
  slack.onChange(() => {
    if (slack.state().app.connected) parts.app.noteConnected()
    changes.changed()
  })
  for (const source of [pieces.axiom, pieces.inbox, parts.faults, parts.app]) source.onChange(changes.changed)
}

function serve(server: Server, pieces: Pieces, parts: ApiParts, say: (line: string) => void): void {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const foreign = foreignness(request.headers)
    if (foreign !== undefined) return answerJson(response, 403, { error: foreign })
    if (servePage(request, response)) return
    if (await handleApi(parts, request, response)) return
    for (const piece of [pieces.slack, pieces.axiom, pieces.model, pieces.inbox])
      if (await piece.handle(request, response)) return
    answerJson(response, 404, { error: 'The sandbox has nothing here; its page is at /.' })
  }
  server.on('request', (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A request that was given up half-way is no fault of the world's.
      if (response.destroyed) return
      say(
        `The world failed at ${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`,
      )
      if (response.headersSent) response.destroy()
      else answerJson(response, 500, { error: 'The sandbox failed at this call; its terminal says why.' })
    })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (foreignness(request.headers) === undefined && pieces.slack.upgrade(request, socket, head)) return
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
  })
}

function fillDatasets(input: {
  disk: Disk
  axiom: LocalAxiom
  nowMs: number
  env: Readonly<Record<string, string>>
  scale: WorldScale
}): void {
  const { axiom } = input
  for (const dataset of new Set([...FEED_DATASETS, REVIEW_DATASET, ...datasetsOf(input.env['FEEDS'] ?? '')]))
    axiom.create(dataset)
  const filled = input.disk.collection<{ at: number }>('history')
  if (input.scale.history === false || filled.count() > 0) return
  appendSamples(axiom, sampleHistory(input.nowMs))
  filled.put('filled', { at: input.nowMs })
}

function storyOf(pieces: Pieces, { disk, clock }: { disk: Disk; clock: WorldClock }): () => void {
  const { axiom, past, slack } = pieces
  const isConnected = () => slack.state().app.connected
  return tellStory({ disk, axiom, past, reviewDataset: REVIEW_DATASET, now: clock.now, isConnected })
}

function untilConnected(slack: LocalSlack, app: AppProcess): Promise<'connected' | 'ended'> {
  return new Promise((done) => {
    const look = () => {
      if (slack.state().app.connected) done('connected')
      else if (app.status().pid === null) done('ended')
    }
    slack.onChange(look)
    app.onChange(look)
    look()
  })
}
