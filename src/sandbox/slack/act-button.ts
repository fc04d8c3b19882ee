import type { ActOf } from './act-input.ts'
import { ActRefusal, type ActResult, channelFor, deliverInteraction, failureOf } from './act-refusal.ts'
import { CHANNELS, type Channel, canSee, directChannel, type Person } from './cast.ts'
import { elementAction } from './element-actions.ts'
import { initialState, type StateValues, withState } from './element-values.ts'
import { elementsIn, type PlacedElement } from './elements.ts'
import { filledValues } from './form-fill.ts'
import { objectsIn } from './json-object.ts'
import { withMetadata } from './methods-chat.ts'
import { messageAction, viewAction } from './payloads.ts'
import { watch } from './sees.ts'
import { shownMessage } from './shown.ts'
import type { Ephemeral, StoredMessage, View } from './store.ts'
import type { Workspace } from './workspace.ts'

type Press = ActOf<'button'>

/** Presses a button, or chooses from a menu, on a message, a modal or Home. */
export async function pressButton(workspace: Workspace, person: Person, press: Press): Promise<ActResult> {
  if (!workspace.rights.interactive)
    throw new ActRefusal(403, 'The manifest does not switch interactivity on, so nothing can be pressed.')
  if ((press.messageTs === undefined) === (press.viewId === undefined))
    throw new ActRefusal(400, 'Say where the button is: either "messageTs" or "viewId".')
  return press.viewId === undefined
    ? pressOnMessage(workspace, person, press)
    : pressOnView(workspace, person, press, press.viewId)
}

async function pressOnMessage(workspace: Workspace, person: Person, press: Press): Promise<ActResult> {
  const { channel, message, ephemeral } = findMessage(workspace, person, press)
  const source = message ?? ephemeral
  const blocks = [
    ...(source.blocks ?? []),
    ...(message?.attachments ?? []).flatMap((attachment) => objectsIn(attachment['blocks'])),
  ]
  const placed = findElement(blocks, press)
  const pressed = elementAction(placed, press.value, workspace.store.nextTs())
  const { threadTs } = source
  const place = { user: person.id, channel: channel.id, messageTs: source.ts, threadTs }
  const payload = messageAction({
    person,
    channel,
    messageTs: source.ts,
    threadTs,
    message: message === undefined ? undefined : withMetadata(workspace, message),
    state: stateAfter(initialState(blocks), placed, pressed.state),
    action: pressed.action,
    triggerId: workspace.triggers.issue({ user: person.id }),
    responseUrl: workspace.responseUrls.issue({ ...place, isEphemeral: message === undefined }),
  })
  const seen = watch(workspace.store, { user: person.id, channel: channel.id })
  const outcome = await deliverAction(workspace, payload, seen)
  const now = message && workspace.store.message(channel.id, message.ts)
  const sees = { ...seen.sees(), ...(now ? { message: shownMessage(workspace.store, now) } : {}) }
  return { ...outcome, sees }
}

async function pressOnView(
  workspace: Workspace,
  person: Person,
  press: Press,
  viewId: string,
): Promise<ActResult> {
  const view = findView(workspace, person, viewId)
  const placed = findElement(view['blocks'], press)
  const pressed = elementAction(placed, press.value, workspace.store.nextTs())
  const state = filledValues(view, press.values ?? {})
  const touched = { ...view, state: { values: stateAfter(state, placed, pressed.state) } }
  const isModal = view['type'] === 'modal'
  if (isModal) {
    const stack = workspace.store.modals(person.id)
    workspace.store.saveModals(
      person.id,
      stack.map((one) => (one.id === viewId ? touched : one)),
    )
  } else workspace.store.saveHome(person.id, touched)
  const triggerId = workspace.triggers.issue({ user: person.id, viewId: isModal ? viewId : undefined })
  const seen = watch(workspace.store, { user: person.id, channel: directChannel(person.id).id })
  const payload = viewAction({ person, view: touched, action: pressed.action, triggerId })
  return { ...(await deliverAction(workspace, payload, seen)), sees: seen.sees() }
}

async function deliverAction(
  workspace: Workspace,
  payload: ReturnType<typeof messageAction>,
  seen: ReturnType<typeof watch>,
): Promise<Omit<ActResult, 'sees'>> {
  const delivery = await deliverInteraction(workspace, 'block_actions', payload)
  if (delivery.kind !== 'acked') return failureOf('The button', delivery)
  await seen.settled()
  return { ok: true }
}

function stateAfter(values: StateValues, placed: PlacedElement, state: PressedState): StateValues {
  return state === undefined ? values : withState(values, placed, state)
}
type PressedState = ReturnType<typeof elementAction>['state']

type FoundMessage =
  | { channel: Channel; message: StoredMessage; ephemeral?: undefined }
  | { channel: Channel; message?: undefined; ephemeral: Ephemeral }

function findMessage(workspace: Workspace, person: Person, press: Press): FoundMessage {
  const ts = press.messageTs ?? ''
  const own = workspace.store.ephemerals(person.id).find((one) => one.ts === ts)
  if (own !== undefined) return { channel: channelFor(person, own.channel), ephemeral: own }
  const places =
    press.channel === undefined
      ? [...CHANNELS, directChannel(person.id)]
      : [channelFor(person, press.channel)]
  for (const channel of places) {
    const message = workspace.store.message(channel.id, ts)
    if (message === undefined) continue
    if (!canSee(person, channel))
      throw new ActRefusal(403, `${person.name} cannot see the channel of the message ${ts}.`)
    if (message.deleted) throw new ActRefusal(404, `The message ${ts} was deleted.`)
    return { channel, message }
  }
  throw new ActRefusal(404, `${person.name} sees no message ${ts}.`)
}

function findView(workspace: Workspace, person: Person, viewId: string): View {
  const home = workspace.store.home(person.id)
  if (home?.id === viewId) return home
  const stack = workspace.store.modals(person.id)
  const view = stack.find((one) => one.id === viewId)
  if (view === undefined) throw new ActRefusal(404, `${person.name} has no open view ${viewId}.`)
  if (view !== stack.at(-1)) throw new ActRefusal(403, `The view ${viewId} lies under another modal.`)
  return view
}

function findElement(blocks: unknown, press: Press): PlacedElement {
  const all = elementsIn(blocks)
  const named = all.filter(
    (one) =>
      one.actionId === press.actionId && (press.blockId === undefined || one.blockId === press.blockId),
  )
  // Many rows may share one action id; a button is then told apart by its value.
  const byValue = named.filter((one) => one.type === 'button' && one.element['value'] === press.value)
  const isTold = press.value !== undefined && named.some((one) => one.type === 'button')
  const fitting = isTold ? byValue : named
  const [found] = fitting
  if (found !== undefined && fitting.length === 1) return found
  const there = [...new Set(all.map((one) => one.actionId))].join(', ') || 'none'
  throw found === undefined
    ? new ActRefusal(
        404,
        `There is no element "${press.actionId}"${isTold ? ' with that value' : ''}; there are: ${there}.`,
      )
    : new ActRefusal(
        400,
        `There are ${fitting.length} elements "${press.actionId}"; say which with "value" or "blockId".`,
      )
}
