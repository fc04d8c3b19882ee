import type { App, Context } from '@slack/bolt'
import { type Acknowledge, acknowledge, atBoundary, type HandlerPorts } from './boundary.ts'
import { onAnswerPress } from './handlers/answers.ts'
import { onCardPress } from './handlers/buttons.ts'
import { onCommand } from './handlers/commands.ts'
import { onHomePress } from './handlers/home.ts'
import { onHomeOpened, onMessage } from './handlers/messages.ts'
import { threadKey } from './handlers/questions.ts'
import { onReasonSubmitted } from './handlers/submissions.ts'
import { onTunePress, onTuneSubmitted } from './handlers/tune.ts'
import {
  ANSWER_ACTIONS,
  COMMAND,
  HOME_ACTIONS,
  REASON_MODAL,
  REVIEW_ACTIONS,
  TUNE_ACTIONS,
  TUNE_PREVIEW_MODAL,
  TUNE_SECTION_MODAL,
} from './ids.ts'
import {
  botTokenRevoked,
  parseCommand,
  parseHomeOpened,
  parseMessage,
  parsePress,
  parseStopped,
  parseSubmission,
} from './payloads.ts'
import { parseTuneSubmission } from './tune-payloads.ts'

/** Every way in from Slack, on one page. */

const CARD_ACTIONS: readonly string[] = Object.values(REVIEW_ACTIONS)
const HOME_BUTTONS: readonly string[] = Object.values(HOME_ACTIONS)
const ANSWER_BUTTONS: readonly string[] = Object.values(ANSWER_ACTIONS)
const TUNE_BUTTONS: readonly string[] = Object.values(TUNE_ACTIONS)
const TUNE_MODALS: readonly string[] = [TUNE_SECTION_MODAL, TUNE_PREVIEW_MODAL]
const EVERY = /[\s\S]*/

export function addListeners(app: App, ports: HandlerPorts): void {
  // One listener takes all buttons: what none of ours answers to must be acknowledged all the same.
  app.action(EVERY, async ({ body, ack, context }) => {
    const press = parsePress(body)
    const done = () => ack()
    const handle = press === null ? undefined : handlerOf(press.actionId)
    if (press === null || handle === undefined) return await ignore(ports, done, 'button')
    await withTenant(ports, { context, ack: done }, (tenantId) =>
      handle(ports, { tenantId, press, ack: done }),
    )
  })
  app.view({ callback_id: EVERY, type: 'view_submission' }, async ({ body, view, ack, context }) => {
    const answer: Acknowledge = (faults) =>
      faults === undefined ? ack() : ack({ response_action: 'errors', errors: { ...faults } })
    const tuned = TUNE_MODALS.includes(view.callback_id) ? parseTuneSubmission(body) : null
    if (tuned !== null)
      return await withTenant(ports, { context, ack: answer }, (tenantId) =>
        onTuneSubmitted(ports, {
          tenantId,
          modal: view.callback_id,
          submission: tuned,
          answer: (given) => ack(given),
        }),
      )
    const submission = view.callback_id === REASON_MODAL ? parseSubmission(body) : null
    if (submission === null) return await ignore(ports, answer, 'submission')
    await withTenant(ports, { context, ack: answer }, async (tenantId) => {
      await onReasonSubmitted(ports, { tenantId, submission, ack: answer })
    })
  })
  app.command(EVERY, async ({ body, command, ack, context }) => {
    const parsed = command.command === COMMAND ? parseCommand(body) : null
    if (parsed === null) return await ignore(ports, () => ack(), 'command')
    await withTenant(ports, { context, ack: () => ack() }, async (tenantId) => {
      await onCommand(ports, { tenantId, command: parsed, ack: () => ack() })
    })
  })
  app.shortcut(EVERY, async ({ ack }) => ignore(ports, () => ack(), 'shortcut'))
  app.event('app_home_opened', async ({ body, context }) => {
    const opened = parseHomeOpened(body)
    if (opened !== null)
      await withTenant(ports, { context }, (tenantId) => onHomeOpened(ports, { tenantId, ...opened }))
  })
  app.event('app_mention', async ({ body, context }) => onWords(ports, { body, context }))
  app.event('message', async ({ body, context }) => onWords(ports, { body, context }))
  app.event('agent_session_stopped', async ({ body }) => {
    const stopped = parseStopped(body)
    if (stopped !== null) ports.turns.stop({ thread: threadKey(stopped), userId: stopped.userId })
  })
  app.event('app_uninstalled', async ({ context }) => onUninstalled(ports, context))
  app.event('tokens_revoked', async ({ body, context }) => {
    if (botTokenRevoked(body)) await onUninstalled(ports, context)
  })
  app.error(async (error) => ports.log.error({ error }, 'Slack’s framework met an error'))
}

function handlerOf(actionId: string) {
  if (CARD_ACTIONS.includes(actionId)) return onCardPress
  if (HOME_BUTTONS.includes(actionId)) return onHomePress
  if (TUNE_BUTTONS.includes(actionId)) return onTunePress
  return ANSWER_BUTTONS.includes(actionId) ? onAnswerPress : undefined
}

/** An organisation-wide install is known by the organisation, any other by its workspace. */
function workspaceOf(context: Context): string | null {
  return (context.isEnterpriseInstall ? context.enterpriseId : context.teamId) ?? null
}

/** Finds whose rows this is about. A workspace that we do not serve is acknowledged and left alone. */
async function withTenant(
  ports: HandlerPorts,
  from: { readonly context: Context; readonly ack?: Acknowledge },
  work: (tenantId: string) => Promise<void>,
): Promise<void> {
  await atBoundary(ports.log, { what: 'find the tenant', tell: null }, async () => {
    const workspaceId = workspaceOf(from.context)
    const tenantId = workspaceId === null ? null : await ports.useCases.tenantForWorkspace(workspaceId)
    if (tenantId !== null) return await work(tenantId)
    if (from.ack !== undefined) await acknowledge(ports.log, from.ack)
    ports.log.warn({ workspaceId }, 'Slack sent something of a workspace that we do not serve')
  })
}

async function onWords(
  ports: HandlerPorts,
  input: { readonly body: unknown; readonly context: Context },
): Promise<void> {
  const message = parseMessage(input.body)
  if (message === null) return
  await withTenant(ports, input, (tenantId) => onMessage(ports, { tenantId, message }))
}

async function onUninstalled(ports: HandlerPorts, context: Context): Promise<void> {
  await atBoundary(ports.log, { what: 'uninstall', tell: null }, async () => {
    const workspaceId = workspaceOf(context)
    if (workspaceId !== null) await ports.useCases.uninstall(workspaceId)
  })
}

async function ignore(ports: HandlerPorts, ack: Acknowledge, what: string): Promise<void> {
  await acknowledge(ports.log, ack)
  ports.log.warn({ what }, 'Slack sent something that nothing here answers to')
}
