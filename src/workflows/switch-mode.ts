import type { Policy } from '../domain/policy.ts'
import type { Ports } from '../ports.ts'
import { inTransaction } from './in-transaction.ts'
import { rosterOf } from './roster.ts'
import { savePolicy } from './seed-policy.ts'

export type SwitchOutcome =
  | { readonly kind: 'switched' }
  | { readonly kind: 'not-admin' }
  | { readonly kind: 'pinned' }
  | { readonly kind: 'unchanged' }

/** A policy admin turns asking people on or off; what `MODE` pins stays. Reviews that are open stay open. */
export async function switchMode(
  ports: Pick<Ports, 'clock' | 'store' | 'directory' | 'chainKey' | 'hasWebhook'>,
  input: {
    readonly tenantId: string
    readonly slackUserId: string
    readonly mode: Policy['mode']
    readonly isPinned: boolean
  },
): Promise<SwitchOutcome> {
  const { tenantId, mode } = input
  const current = await ports.store.records.policies.current(tenantId)
  if (current === null) return { kind: 'not-admin' }
  if (!(await isPolicyAdmin(ports, { tenantId, policy: current.policy, slackUserId: input.slackUserId })))
    return { kind: 'not-admin' }
  if (input.isPinned) return { kind: 'pinned' }
  return await inTransaction(ports, async (records) => {
    const latest = await records.policies.current(tenantId)
    if (latest === null || latest.policy.mode === mode) return { kind: 'unchanged' }
    await savePolicy(ports, records, {
      tenantId,
      version: latest.version + 1,
      policy: { ...latest.policy, mode },
      author: input.slackUserId,
      reason: mode === 'live' ? 'Switched to live in App Home.' : 'Switched to shadow in App Home.',
      savedAt: ports.clock.now(),
    })
    return { kind: 'switched' }
  })
}

/** Asked fresh, like all authority: an active, full member of this workspace who is named or in a named group. */
export async function isPolicyAdmin(
  ports: Pick<Ports, 'directory'>,
  input: { readonly tenantId: string; readonly policy: Policy; readonly slackUserId: string },
): Promise<boolean> {
  const roster = await rosterOf(ports.directory, input.tenantId, input.policy.people.policyAdmins)
  if (!roster.has(input.slackUserId)) return false
  const member = await ports.directory.person(input.tenantId, input.slackUserId)
  return member !== null && !member.deactivated && !member.guest && !member.stranger && !member.bot
}
