import type { WorldClock } from '../clock.ts'
import type { Faults } from '../faults.ts'
import type { Events } from './events.ts'
import type { JsonObject } from './json-object.ts'
import type { AppRights } from './manifest.ts'
import type { RateLimits } from './rate-limits.ts'
import type { ResponseUrls } from './response-urls.ts'
import { faultText, type SchemaFault } from './schema-checks.ts'
import type { SocketMode } from './socket.ts'
import type { Store } from './store.ts'
import type { Triggers } from './triggers.ts'
import type { UsageBook } from './usage.ts'

/** All parts of the local Slack, as its methods and acts use them. */
export interface Workspace {
  readonly store: Store
  readonly clock: WorldClock
  readonly faults: Faults
  readonly rights: AppRights
  readonly usage: UsageBook
  readonly limits: RateLimits
  readonly triggers: Triggers
  readonly responseUrls: ResponseUrls
  readonly socket: SocketMode
  readonly events: Events
  readonly baseUrl: () => string
}

/** A Web API method: answers with the fields beside `ok: true`, or throws a SlackRefusal. */
export type Method = (workspace: Workspace, args: JsonObject) => JsonObject

/** Becomes `{"ok": false, "error": ...}` on the wire. */
export class SlackRefusal extends Error {
  readonly error: string
  readonly fields: JsonObject

  constructor(error: string, fields: JsonObject = {}) {
    super(error)
    this.error = error
    this.fields = fields
  }
}

/** A refusal that names its faults, as Slack does for blocks and views. */
export function refusalFor(error: string, faults: readonly SchemaFault[]): SlackRefusal {
  const messages = faults.map(faultText)
  return new SlackRefusal(error, {
    errors: messages.map((message) => message.replace('[ERROR] ', '')),
    response_metadata: { messages },
  })
}
