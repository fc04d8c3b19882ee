import type { App, Context } from '@slack/bolt'
import { type Acknowledge, acknowledge, atBoundary, type HandlerPorts } from './boundary.ts'
import { onCardPress } from './handlers/buttons.ts'
import { onCommand } from './handlers/commands.ts'
import { onHomePress } from './handlers/home.ts'
import { onHomeOpened, onMessage } from './handlers/messages.ts'
import { onReasonSubmitted } from './handlers/submissions.ts'
import { COMMAND, HOME_ACTIONS, REASON_MODAL, REVIEW_ACTIONS } from './ids.ts'
import {
  botTokenRevoked,
  parseCommand,
  parseHomeOpened,
  parseMessage,
  parsePress,
  parseSubmission,
} from './payloads.ts'

/** Every way in from Slack, on one page. */

const CARD_ACTIONS: readonly string[] = Object.values(REVIEW_ACTIONS)
const HOME_BUTTONS: readonly string[] = Object.values(HOME_ACTIONS)
const EVERY = /[\s\S]*/

export function addListeners(app: App, ports: HandlerPorts): void {
  // One listener takes all buttons: what none of ours answers to must be acknowledged all the same.
  app.action(EVERY, async ({ body, ack, context }) => {
    const press = parsePress(body)
    const done = () => ack()
    const known =
      press !== null && (CARD_ACTIONS.includes(press.actionId) || HOME_BUTTONS.includes(press.actionId))
    if (!known) return await ignore(ports, done, 'button')
    await withTenant(ports, { context, ack: done }, async (tenantId) => {
      const input = { tenantId, press, ack: done }
      await (CARD_ACTIONS.includes(press.actionId) ? onCardPress(ports, input) : onHomePress(ports, input))
    })
  })
  app.view({ callback_id: EVERY, type: 'view_submission' }, async ({ body, view, ack, context }) => {
    const answer: Acknowledge = (faults) =>
      faults === undefined ? ack() : ack({ response_action: 'errors', errors: { ...faults } })
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
  app.event('message', async ({ body, event, context }) => {
    // Messages in channels are not subscribed to; should they come, they are none of ours unless we are mentioned.
    if (event.channel_type === 'im') await onWords(ports, { body, context })
  })
  app.event('app_uninstalled', async ({ context }) => onUninstalled(ports, context))
  app.event('tokens_revoked', async ({ body, context }) => {
    if (botTokenRevoked(body)) await onUninstalled(ports, context)
  })
  app.error(async (error) => ports.log.error({ error }, 'Slack’s framework met an error'))
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
