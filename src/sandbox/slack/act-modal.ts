import { isRecord } from '../exchange.ts'
import type { ActOf } from './act-input.ts'
import { ActRefusal, type ActResult, deliverInteraction, failureOf } from './act-refusal.ts'
import type { Person } from './cast.ts'
import { formErrors } from './form-check.ts'
import { filledValues } from './form-fill.ts'
import { type JsonObject, objectsIn, stringIn } from './json-object.ts'
import { viewClosed, viewSubmission } from './payloads.ts'
import { watch } from './sees.ts'
import type { View } from './store.ts'
import { checkedView, openModal, pushModal, updateModal } from './view-stack.ts'
import { SlackRefusal, type Workspace } from './workspace.ts'

const TROUBLE = 'We had some trouble connecting. Try again?'

/** Fills in and submits the topmost modal. */
export async function submitView(
  workspace: Workspace,
  person: Person,
  act: ActOf<'submit'>,
): Promise<ActResult> {
  const view = topModal(workspace, person, act.viewId)
  if (view['submit'] === null) throw new ActRefusal(400, 'This view has no submit button.')
  const filled = { ...view, state: { values: filledValues(view, act.values ?? {}) } }
  const stack = workspace.store.modals(person.id)
  workspace.store.saveModals(person.id, [...stack.slice(0, -1), filled])
  const seen = watch(workspace.store, { user: person.id, channel: undefined })
  const errors = formErrors(view['blocks'], filled.state.values)
  if (Object.keys(errors).length > 0) return { ok: true, sees: { ...seen.sees(), errors } }

  const triggerId = workspace.triggers.issue({ user: person.id, viewId: view.id })
  const payload = viewSubmission({ person, view: filled, triggerId })
  const delivery = await deliverInteraction(workspace, 'view_submission', payload)
  if (delivery.kind !== 'acked')
    return { ...failureOf('The form', delivery), message: TROUBLE, sees: seen.sees() }
  const answer = answerFromAck(workspace, { user: person.id, view: filled }, delivery.payload)
  await seen.settled()
  if (answer.refused !== undefined)
    return { ok: false, error: answer.refused, message: TROUBLE, sees: seen.sees() }
  return { ok: true, sees: { ...seen.sees(), ...(answer.errors ? { errors: answer.errors } : {}) } }
}

interface AckAnswer {
  readonly errors?: Record<string, string>
  readonly refused?: string
}

/** Carries out the `response_action` of an acknowledgement; without one the view closes. */
function answerFromAck(workspace: Workspace, at: { user: string; view: View }, ack: JsonObject): AckAnswer {
  const action = ack['response_action']
  try {
    if (action === 'errors') return ackErrors(at.view, ack['errors'])
    if (action === 'clear') workspace.store.saveModals(at.user, [])
    else if (action === 'update') updateAfterAck(workspace, at, checkedView(ack['view'], 'modal'))
    else if (action === 'push') pushModal(workspace, at.user, checkedView(ack['view'], 'modal'))
    else if (action === undefined) removeModal(workspace, at.user, at.view.id)
    else throw new SlackRefusal('invalid_response_action')
    return {}
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error
    const reasons = error.fields['errors']
    workspace.usage.refused(
      'view_submission.ack',
      error.error,
      Array.isArray(reasons) ? reasons.join('; ') : '',
    )
    return { refused: error.error }
  }
}

/** Slack drops an error for a block that is no input of this view; with none left the form just fails. */
function ackErrors(view: View, sent: unknown): AckAnswer {
  const inputs = objectsIn(view['blocks']).filter((block) => block['type'] === 'input')
  const known = inputs.map((block) => stringIn(block, 'block_id') ?? '')
  const errors = Object.fromEntries(
    Object.entries(isRecord(sent) ? sent : {}).flatMap(([id, text]) =>
      known.includes(id) && typeof text === 'string' && text !== '' ? [[id, text]] : [],
    ),
  )
  if (Object.keys(errors).length === 0) throw new SlackRefusal('invalid_response_action')
  return { errors }
}

/** The view may have been closed or replaced by a call that came before the acknowledgement. */
function updateAfterAck(workspace: Workspace, at: { user: string; view: View }, sent: JsonObject): void {
  const isOpen = workspace.store.modals(at.user).some((one) => one.id === at.view.id)
  if (isOpen) updateModal(workspace, at, sent)
  else openModal(workspace, at.user, sent)
}

function removeModal(workspace: Workspace, user: string, viewId: string): void {
  const rest = workspace.store.modals(user).filter((one) => one.id !== viewId)
  workspace.store.saveModals(user, rest)
}

/** Closes the topmost modal without submitting it. */
export async function closeView(
  workspace: Workspace,
  person: Person,
  act: ActOf<'close'>,
): Promise<ActResult> {
  const view = topModal(workspace, person, act.viewId)
  const isCleared = view['clear_on_close'] === true
  const seen = watch(workspace.store, { user: person.id, channel: undefined })
  if (isCleared) workspace.store.saveModals(person.id, [])
  else removeModal(workspace, person.id, view.id)
  if (view['notify_on_close'] !== true) return { ok: true, sees: seen.sees() }
  // The person is already gone from the view, so that nobody is told when the app does not answer.
  const payload = viewClosed({ person, view, isCleared })
  await deliverInteraction(workspace, 'view_closed', payload)
  await seen.settled()
  return { ok: true, sees: seen.sees() }
}

function topModal(workspace: Workspace, person: Person, viewId: string): View {
  const stack = workspace.store.modals(person.id)
  const top = stack.at(-1)
  if (top?.id === viewId) return top
  throw stack.some((one) => one.id === viewId)
    ? new ActRefusal(403, `The view ${viewId} lies under another modal.`)
    : new ActRefusal(404, `${person.name} has no open view ${viewId}.`)
}
