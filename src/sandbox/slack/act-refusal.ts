import { type Channel, canSee, directChannel, findChannel, type Person } from './cast.ts'
import type { JsonObject } from './json-object.ts'
import type { Sees } from './sees.ts'
import type { Delivery } from './socket.ts'
import type { Workspace } from './workspace.ts'

/** Something that a real person could not have done: the sentence says why. */
export class ActRefusal extends Error {
  readonly status: number

  constructor(status: 400 | 403 | 404, sentence: string) {
    super(sentence)
    this.status = status
  }
}

export interface ActResult {
  readonly ok: boolean
  readonly error?: string
  readonly message?: string
  readonly sees: Sees
}

/** The conversation of that name if the person can see it; `dm` is their own with the app. */
export function channelFor(person: Person, idOrName: string): Channel {
  if (idOrName === 'dm') return directChannel(person.id)
  const channel = findChannel(idOrName)
  if (channel === undefined) throw new ActRefusal(404, `There is no channel "${idOrName}".`)
  if (!canSee(person, channel))
    throw new ActRefusal(403, `${person.name} cannot see the channel "${channel.name}".`)
  return channel
}

/** Hands an interaction to the app; unlike an event it is never sent a second time. */
export async function deliverInteraction(
  workspace: Workspace,
  name: string,
  payload: JsonObject,
): Promise<Delivery> {
  const delivery = await workspace.socket.deliver({ type: 'interactive', payload })
  if (delivery.kind !== 'unconnected') workspace.usage.count('events', name)
  return delivery
}

/** What Slack shows to somebody whose command or click the app did not acknowledge. */
export function failureOf(
  what: string,
  delivery: Exclude<Delivery, { kind: 'acked' }>,
): { ok: false; error: string; message: string } {
  const error = delivery.kind === 'unanswered' ? 'operation_timeout' : 'dispatch_failed'
  return { ok: false, error, message: `${what} failed with the error "${error}"` }
}
