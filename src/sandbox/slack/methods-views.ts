import { requiredArgument, structuredArgument, textArgument } from './arguments.ts'
import { findPerson } from './cast.ts'
import type { JsonObject } from './json-object.ts'
import type { View } from './store.ts'
import type { Trigger } from './triggers.ts'
import { checkedView, newView, openModal, pushModal, updateModal } from './view-stack.ts'
import { type Method, refusalFor, SlackRefusal, type Workspace } from './workspace.ts'

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': (workspace, args) => {
    const view = viewArgument(args, 'modal')
    const trigger = exchangeTrigger(workspace, args)
    // Opened from within a modal, a view lands on top of it.
    return trigger.viewId === undefined
      ? { view: openModal(workspace, trigger.user, view) }
      : { view: pushModal(workspace, trigger.user, view) }
  },
  'views.push': (workspace, args) => {
    const view = viewArgument(args, 'modal')
    const trigger = exchangeTrigger(workspace, args)
    return { view: pushModal(workspace, trigger.user, view) }
  },
  'views.update': (workspace, args) => {
    const id = textArgument(args, 'view_id')
    const external = textArgument(args, 'external_id')
    if (!id && !external)
      throw refusalFor('invalid_arguments', [{ pointer: '', message: 'missing required field: view_id' }])
    const view = viewArgument(args, 'modal')
    const owner = workspace.store.modalOwner((one) => (id ? one.id === id : one['external_id'] === external))
    if (owner === undefined) throw new SlackRefusal('not_found')
    refuseStaleHash(owner.view, args)
    return { view: updateModal(workspace, owner, view) }
  },
  'views.publish': (workspace, args) => {
    const user = requiredArgument(args, 'user_id')
    const view = viewArgument(args, 'home')
    if (!workspace.rights.homeTab) throw new SlackRefusal('not_enabled')
    if (findPerson(user) === undefined) throw new SlackRefusal('user_not_found')
    const before = workspace.store.home(user)
    if (before !== undefined) refuseStaleHash(before, args)
    const published = newView(workspace, view, before === undefined ? {} : { before })
    workspace.store.saveHome(user, published)
    return { view: published }
  },
}

function viewArgument(args: JsonObject, surface: 'modal' | 'home'): JsonObject {
  return checkedView(structuredArgument(args, 'view', 'invalid_arguments'), surface)
}

function exchangeTrigger(workspace: Workspace, args: JsonObject): Trigger {
  const trigger = workspace.triggers.exchange(requiredArgument(args, 'trigger_id'))
  if (typeof trigger === 'string') throw new SlackRefusal(trigger)
  return trigger
}

function refuseStaleHash(view: View, args: JsonObject): void {
  const hash = textArgument(args, 'hash')
  if (hash && hash !== view.hash) throw new SlackRefusal('hash_conflict')
}
