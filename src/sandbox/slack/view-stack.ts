import { randomUUID } from 'node:crypto'
import { isRecord } from '../exchange.ts'
import { APP, TEAM } from './cast.ts'
import { initialState, type StateValues } from './element-values.ts'
import { assignIds } from './elements.ts'
import { type JsonObject, objectsIn, stringIn } from './json-object.ts'
import type { View } from './store.ts'
import { validateView, viewTooLarge } from './view-rules.ts'
import { refusalFor, SlackRefusal, type Workspace } from './workspace.ts'

const MODALS_MAX = 3

/** The view as an app may send it: checked, or refused as Slack refuses it. */
export function checkedView(value: unknown, surface: 'modal' | 'home'): JsonObject {
  if (!isRecord(value))
    throw refusalFor('invalid_arguments', [{ pointer: '/view', message: 'must provide an object' }])
  if (viewTooLarge(value)) throw new SlackRefusal('view_too_large')
  const faults = validateView(value, surface)
  if (faults.length > 0) throw refusalFor('invalid_arguments', faults)
  return value
}

/** Slack's own record of a view that an app sent; an earlier version lends its id and its place. */
export function newView(
  workspace: Workspace,
  sent: JsonObject,
  place: { before?: View; root?: View; previous?: View },
): View {
  const blocks = assignIds(objectsIn(sent['blocks']))
  const id = place.before?.id ?? `V0${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`
  const seconds = Math.floor(workspace.clock.now() / 1000)
  return {
    id,
    team_id: TEAM.id,
    type: sent['type'],
    blocks,
    private_metadata: stringIn(sent, 'private_metadata') ?? '',
    callback_id: stringIn(sent, 'callback_id') ?? '',
    external_id: stringIn(sent, 'external_id') ?? '',
    state: { values: keptState(place.before, blocks) },
    hash: `${seconds}.${randomUUID().slice(0, 8)}`,
    title: sent['title'] ?? { type: 'plain_text', text: 'View Title', emoji: true },
    clear_on_close: sent['clear_on_close'] ?? false,
    notify_on_close: sent['notify_on_close'] ?? false,
    close: sent['close'] ?? null,
    submit: sent['submit'] ?? null,
    previous_view_id: place.before?.['previous_view_id'] ?? place.previous?.id ?? null,
    root_view_id: place.before?.['root_view_id'] ?? place.root?.id ?? id,
    app_id: APP.id,
    app_installed_team_id: TEAM.id,
    bot_id: APP.botId,
  }
}

/** What somebody typed survives an update of the view where block and element keep their ids. */
function keptState(before: View | undefined, blocks: readonly JsonObject[]): StateValues {
  const earlier = before?.state.values ?? {}
  return Object.fromEntries(
    Object.entries(initialState(blocks)).map(([blockId, actions]) => {
      const kept = Object.entries(actions).map(([actionId, fresh]) => {
        const old = earlier[blockId]?.[actionId]
        return [actionId, old?.['type'] === fresh['type'] ? old : fresh]
      })
      return [blockId, Object.fromEntries(kept)]
    }),
  )
}

export function openModal(workspace: Workspace, user: string, sent: JsonObject): View {
  refuseTakenExternalId(workspace, sent)
  const view = newView(workspace, sent, {})
  workspace.store.saveModals(user, [view])
  return view
}

export function pushModal(workspace: Workspace, user: string, sent: JsonObject): View {
  refuseTakenExternalId(workspace, sent)
  const stack = workspace.store.modals(user)
  const [root] = stack
  const previous = stack.at(-1)
  if (root === undefined || previous === undefined) throw new SlackRefusal('view_not_found')
  if (stack.length >= MODALS_MAX) throw new SlackRefusal('push_limit_reached')
  const view = newView(workspace, sent, { root, previous })
  workspace.store.saveModals(user, [...stack, view])
  return view
}

export function updateModal(
  workspace: Workspace,
  owner: { user: string; view: View },
  sent: JsonObject,
): View {
  refuseTakenExternalId(workspace, sent, owner.view.id)
  const view = newView(workspace, sent, { before: owner.view })
  const stack = workspace.store.modals(owner.user)
  workspace.store.saveModals(
    owner.user,
    stack.map((one) => (one.id === view.id ? view : one)),
  )
  return view
}

function refuseTakenExternalId(workspace: Workspace, sent: JsonObject, ownId?: string): void {
  const external = stringIn(sent, 'external_id')
  if (!external) return
  const taken = workspace.store.modalOwner((view) => view['external_id'] === external && view.id !== ownId)
  if (taken !== undefined) throw new SlackRefusal('duplicate_external_id')
}
