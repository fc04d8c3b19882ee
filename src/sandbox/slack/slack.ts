import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WorldClock } from '../clock.ts'
import type { Disk } from '../disk.ts'
import { urlOf } from '../exchange.ts'
import type { Faults } from '../faults.ts'
import { performAct } from './act.ts'
import { findChannel, findPerson } from './cast.ts'
import { createEvents } from './events.ts'
import { type Manifest, rightsOf } from './manifest.ts'
import { createRateLimits } from './rate-limits.ts'
import { handleResponseUrl } from './respond.ts'
import { createResponseUrls, RESPONSE_PATH } from './response-urls.ts'
import {
  type PersonView,
  type SlackMessage,
  type SlackState,
  shownChannel,
  shownPerson,
  shownState,
} from './shown.ts'
import { createSocketMode } from './socket.ts'
import { createStore } from './store.ts'
import { createTriggers } from './triggers.ts'
import { createUsageBook, type SlackUsage } from './usage.ts'
import { API_PATH, handleApiCall } from './web-api.ts'
import type { Workspace } from './workspace.ts'

const SLACK_PATH = '/slack/'

export interface LocalSlack {
  /** Handles /slack/* and permalinks (/archives/*); false when the path is not Slack's. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  /** Takes a WebSocket on /slack/socket; false when the path is not Slack's. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /** Does what a person does; the status and body of POST /sandbox/api/act. */
  act(input: unknown): Promise<{ status: number; body: unknown }>
  state(): SlackState
  messages(channelNameOrId: string): SlackMessage[] | undefined
  person(userId: string): PersonView | undefined
  onChange(listener: () => void): void
  /** Methods called, events and commands delivered, and what was refused. */
  usage(): SlackUsage
  close(): Promise<void>
}

/** A workspace on this machine that is as strict with an app as Slack is. */
export function createSlack(options: {
  disk: Disk
  clock: WorldClock
  faults: Faults
  baseUrl: () => string
  manifest: Manifest
  /** Widens every rate limit, for tests of load. */
  rateLimitScale?: number
}): LocalSlack {
  const workspace = createWorkspace(options)
  const { store, socket } = workspace
  return {
    async handle(request, response) {
      const { pathname } = urlOf(request)
      const link = /^\/archives\/(\w+)\/p(\d{10})(\d{6})$/.exec(pathname)
      if (link !== null) {
        showMessage(response, { channel: link[1] ?? '', ts: `${link[2]}.${link[3]}` })
        return true
      }
      if (!pathname.startsWith(SLACK_PATH)) return false
      if (pathname.startsWith(API_PATH)) await handleApiCall(workspace, request, response)
      else if (pathname.startsWith(RESPONSE_PATH)) await handleResponseUrl(workspace, request, response)
      else response.writeHead(404).end('not found')
      return true
    },
    upgrade: socket.upgrade,
    act: (input) => performAct(workspace, input),
    state: () => shownState(socket.connections()),
    messages(channelNameOrId) {
      const channel = findChannel(channelNameOrId)
      return channel === undefined ? undefined : shownChannel(store, channel.id)
    },
    person: (userId) => (findPerson(userId) === undefined ? undefined : shownPerson(store, userId)),
    onChange: (listener) => void store.onChange(listener),
    usage: () => workspace.usage.read(),
    close() {
      workspace.events.close()
      return socket.close()
    },
  }
}

/** A permalink leads to the page, which keeps its place behind the #. */
function showMessage(response: ServerResponse, at: { channel: string; ts: string }): void {
  const kind = findChannel(at.channel)?.kind === 'im' ? 'direct' : 'channel'
  const place = new URLSearchParams({ in: kind, channel: at.channel, thread: at.ts })
  response.writeHead(302, { location: `/#${place}` }).end()
}

function createWorkspace(options: Parameters<typeof createSlack>[0]): Workspace {
  const { disk, clock, faults, baseUrl } = options
  const store = createStore({ disk, clock })
  const rights = rightsOf(options.manifest)
  const usage = createUsageBook()
  const socket = createSocketMode({ faults, changed: () => store.changed({ kind: 'connections' }) })
  return {
    store,
    clock,
    faults,
    rights,
    usage,
    socket,
    baseUrl,
    limits: createRateLimits(clock, options.rateLimitScale),
    triggers: createTriggers(clock),
    responseUrls: createResponseUrls({ disk, clock, baseUrl }),
    events: createEvents({ disk, clock, faults, rights, usage, socket }),
  }
}
