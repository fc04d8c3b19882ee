import { setTimeout as pause } from 'node:timers/promises'
import { App } from '@slack/bolt'
import type { Clock, Log } from '../ports.ts'
import { createAnswers } from './answer-stream.ts'
import { createAnswerTurns } from './answer-turns.ts'
import { createBlockSwitch } from './block-switch.ts'
import type { HandlerPorts } from './boundary.ts'
import { createConversation } from './conversation.ts'
import type { SlackGateway } from './gateway.ts'
import { publishHome } from './handlers/home.ts'
import { addListeners } from './listeners.ts'
import { createConnection } from './receiver.ts'
import { sdkLogger } from './slack-api.ts'
import type { UseCases } from './use-cases.ts'

/** How long handlers under way may take once the app stops. */
const DRAIN_MS = 5_000

export interface SlackApp {
  /** Connects and listens; throws when Slack refuses the tokens, and keeps trying when Slack is merely away. */
  start(): Promise<void>
  /** Resolves once nothing more can arrive and what had arrived is done, within a limit; a recorded click is taken up later. */
  stop(): Promise<void>
  connected(): boolean
  /** Shows somebody the home page as it is now. */
  publishHomeFor(userId: string): Promise<void>
}

export interface SlackAppOptions {
  readonly appToken: string
  readonly useCases: UseCases
  readonly clock: Clock
  readonly log: Log
}

/** The way in from Slack. The gateway comes first, since the use cases need its desk and directory. */
export function createSlackApp(gateway: SlackGateway, options: SlackAppOptions): SlackApp {
  const { useCases, clock, log } = options
  const shared = {
    useCases,
    log,
    identity: gateway.identity,
    tables: createBlockSwitch(),
    charts: createBlockSwitch(),
  }
  const ports: HandlerPorts = {
    ...shared,
    clock,
    talk: createConversation(gateway.api, log),
    directory: gateway.directory,
    turns: createAnswerTurns(),
    openAnswer: createAnswers(gateway.api, shared),
  }
  const connection = createConnection({
    appToken: options.appToken,
    apiUrl: gateway.options.apiUrl,
    log,
    async prepare() {
      await gateway.identity()
    },
  })
  const app = new App({
    receiver: connection.receiver,
    logger: sdkLogger(log),
    clientOptions: { slackApiUrl: gateway.options.apiUrl },
    convoStore: false,
    // Otherwise a refused token would end the process from inside the constructor.
    deferInitialization: true,
    async authorize() {
      const { botUserId, botId } = await gateway.identity()
      return { botToken: gateway.options.botToken, botUserId, ...(botId === null ? {} : { botId }) }
    },
  })
  const running = trackRunning(app)
  addListeners(app, ports)
  return {
    async start() {
      await app.init()
      await connection.start()
    },
    async stop() {
      await connection.stop()
      const drained = Promise.all([ports.turns.close(), Promise.allSettled(running)])
      await Promise.race([drained, pause(DRAIN_MS, undefined, { ref: false })])
    },
    connected: () => connection.connected(),
    async publishHomeFor(userId) {
      const tenantId = await useCases.tenantForWorkspace(await gateway.teamId())
      if (tenantId !== null) await publishHome(ports, { tenantId, userId })
    },
  }
}

/** The handlers under way. */
function trackRunning(app: App): ReadonlySet<Promise<void>> {
  const running = new Set<Promise<void>>()
  app.use(async ({ next }) => {
    const work = next()
    running.add(work)
    await work.finally(() => running.delete(work))
  })
  return running
}
