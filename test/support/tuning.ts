import assert from 'node:assert/strict'
import { REASON_INPUT, TUNE_ACTIONS, TUNE_PREVIEW_MODAL, TUNE_SECTION_MODAL } from '../../src/slack/ids.ts'
import { textIn, type User } from './desk.ts'
import { type ActResult, type Json, type Message, type TestWorld, until } from './world.ts'

/** What people do with the settings, and what they read there. */

export interface Modal extends Json {
  readonly id: string
  readonly callback_id: string
  readonly blocks: readonly Json[]
}

export async function modalsOf(world: TestWorld, user: User): Promise<readonly Modal[]> {
  return (await world.get(`person?user=${user}`))['modals'] as readonly Modal[]
}

/** Closes everything, as a person who begins anew. */
export async function closeAll(world: TestWorld, user: User): Promise<void> {
  for (
    let top = (await modalsOf(world, user)).at(-1);
    top !== undefined;
    top = (await modalsOf(world, user)).at(-1)
  )
    await world.act({ user, type: 'close', viewId: top.id })
}

/** Opens the settings by the command and the button under its answer. */
export async function openSettings(world: TestWorld, user: User): Promise<Modal> {
  await closeAll(world, user)
  const count = async () =>
    ((await world.get(`person?user=${user}`))['ephemerals'] as readonly Message[]).length
  const before = await count()
  await world.act({ user, type: 'command', text: '/grants tune' })
  await until('the answer to tune', async () => (await count()) > before)
  const { ephemerals } = await world.get(`person?user=${user}`)
  const message = (ephemerals as readonly Message[]).at(-1)
  assert.ok(message !== undefined)
  await world.act({ user, type: 'button', messageTs: message.ts, actionId: TUNE_ACTIONS.open })
  return await untilModal(world, user, (modal) => textIn(modal).includes('Earlier versions'))
}

export async function untilModal(
  world: TestWorld,
  user: User,
  isIt: (modal: Modal) => boolean,
): Promise<Modal> {
  return await until(`${user}’s modal`, async () => {
    const top = (await modalsOf(world, user)).at(-1)
    return top !== undefined && isIt(top) ? top : null
  })
}

export async function openSection(world: TestWorld, user: User, section: string): Promise<Modal> {
  const root = await openSettings(world, user)
  await pressIn(world, user, root, { actionId: TUNE_ACTIONS.section, value: section })
  return await untilModal(world, user, (modal) => modal.callback_id === TUNE_SECTION_MODAL)
}

export async function pressIn(
  world: TestWorld,
  user: User,
  modal: { readonly id: string },
  button: { readonly actionId: string; readonly value?: string },
): Promise<ActResult> {
  return await world.act({ user, type: 'button', viewId: modal.id, ...button })
}

/** Sends the form of a section; answers with the preview, or with what stands under the fields. */
export async function submitSection(
  world: TestWorld,
  user: User,
  form: Modal,
  values: Json,
): Promise<{ readonly preview: Modal | null; readonly errors: Readonly<Record<string, string>> }> {
  const sent = await world.act({ user, type: 'submit', viewId: form.id, values })
  const errors = sent.sees?.errors ?? {}
  if (Object.keys(errors).length > 0) return { preview: null, errors }
  assert.equal(sent.ok, true, JSON.stringify(sent))
  return { preview: await untilModal(world, user, (modal) => modal.id !== form.id), errors }
}

/** Gives the reason; answers with what the person then reads. */
export async function submitReason(
  world: TestWorld,
  user: User,
  preview: Modal,
  reason: string,
): Promise<string> {
  assert.equal(preview.callback_id, TUNE_PREVIEW_MODAL, textIn(preview))
  const sent = await world.act({
    user,
    type: 'submit',
    viewId: preview.id,
    values: { [REASON_INPUT]: reason },
  })
  assert.equal(sent.ok, true, JSON.stringify(sent))
  const end = await untilModal(world, user, (modal) => modal.callback_id !== TUNE_PREVIEW_MODAL)
  return textIn(end)
}

/** Changes a section from the command to the end; answers with the last words. */
export async function change(world: TestWorld, user: User, section: string, values: Json): Promise<string> {
  const form = await openSection(world, user, section)
  const { preview, errors } = await submitSection(world, user, form, values)
  assert.ok(preview !== null, JSON.stringify(errors))
  return await submitReason(world, user, preview, 'Tuned by hand')
}
