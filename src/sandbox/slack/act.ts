import type { z } from 'zod'
import { pressButton } from './act-button.ts'
import { type Act, act } from './act-input.ts'
import { openHome, runCommand, sendMessage, stopAnswer } from './act-message.ts'
import { closeView, submitView } from './act-modal.ts'
import { ActRefusal } from './act-refusal.ts'
import { findPerson, type Person } from './cast.ts'
import type { Workspace } from './workspace.ts'

/** Does what a person does in Slack, and answers with what that person then sees. */
export async function performAct(
  workspace: Workspace,
  input: unknown,
): Promise<{ status: number; body: unknown }> {
  const parsed = act.safeParse(input)
  if (!parsed.success) return { status: 400, body: { error: sentence(parsed.error) } }
  try {
    return { status: 200, body: await perform(workspace, actor(parsed.data.user), parsed.data) }
  } catch (error) {
    if (!(error instanceof ActRefusal)) throw error
    return { status: error.status, body: { error: error.message } }
  }
}

function perform(workspace: Workspace, person: Person, wanted: Act): Promise<unknown> {
  switch (wanted.type) {
    case 'button':
      return pressButton(workspace, person, wanted)
    case 'command':
      return runCommand(workspace, person, wanted)
    case 'message':
      return sendMessage(workspace, person, wanted)
    case 'submit':
      return submitView(workspace, person, wanted)
    case 'close':
      return closeView(workspace, person, wanted)
    case 'home':
      return openHome(workspace, person, wanted)
    case 'stop':
      return stopAnswer(workspace, person, wanted)
  }
}

function actor(userId: string): Person {
  const person = findPerson(userId)
  if (person === undefined)
    throw new ActRefusal(404, `There is no person "${userId}"; GET /sandbox/api/state lists them.`)
  if (person.isDeactivated)
    throw new ActRefusal(403, `${person.name} is deactivated and can do nothing in Slack.`)
  return person
}

function sentence(error: z.ZodError): string {
  const [issue] = error.issues
  const place = issue?.path.join('.') ?? ''
  return `The act is not valid${place === '' ? '' : ` at "${place}"`}: ${issue?.message ?? 'wrong shape'}.`
}
