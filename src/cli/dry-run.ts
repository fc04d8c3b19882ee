import { createAuditFeed } from '../axiom/audit-feed.ts'
import { createAxiom } from '../axiom/client.ts'
import type { Config } from '../config.ts'
import type { Policy, PolicyFeed } from '../domain/policy.ts'
import { policyOfSeed } from '../domain/policy-seed.ts'
import { presetFor } from '../domain/presets/registry.ts'
import { type AuditFeed, UpstreamError } from '../ports.ts'
import { ASSESS_BATCH, judgeAll } from '../workflows/assess-grants.ts'
import { calibrateFeeds } from '../workflows/calibrate-feed.ts'
import { newFeedState, pollFeed } from '../workflows/poll-feed.ts'
import { withPins } from '../workflows/seed-policy.ts'
import { durationMs, parseArguments } from './arguments.ts'
import { partialConfig, wrongCall } from './environment.ts'
import { feedFaults, readPolicyFile } from './policy-file.ts'
import { firstVersion, judgedLine, openThrowAway, scorerOf, TENANT, type ThrowAway } from './throw-away.ts'

type DryPorts = ThrowAway & { readonly auditFeed: AuditFeed }

/** Reads the real Axiom and asks the real model, prints what the app would do, posts and records nothing. */
export async function runDryRun(args: readonly string[]): Promise<number> {
  const parsed = parseArguments(args, { since: { type: 'string' } })
  if ('wrong' in parsed) return wrongCall(parsed.wrong)
  if (parsed.positionals.length > 0) return wrongCall('dry-run takes only --since, e.g. --since 24h.')
  const { since = '24h' } = parsed.values
  const sinceMs = typeof since === 'string' ? durationMs(since) : null
  if (sinceMs === null) return wrongCall('--since takes a time such as 30m, 24h or 7d.')
  const config = partialConfig(['AXIOM_TOKEN'])
  if (config?.axiom == null) return 2
  const policy = policyFor(config)
  if (Array.isArray(policy)) return wrongCall(policy.join('\n'))
  if (policy.feeds.length === 0) return wrongCall('No feed is named: set FEEDS, e.g. FEEDS=okta:okta-logs.')
  const throwAway = await openThrowAway(scorerOf(config))
  const auditFeed = createAuditFeed(createAxiom(config.axiom, throwAway))
  try {
    return await dryRun({ ...throwAway, auditFeed }, policy, sinceMs)
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    process.stderr.write(
      `${error.message}\nNothing was posted or recorded; npm run doctor checks the connection.\n`,
    )
    return 1
  } finally {
    await throwAway.close()
  }
}

function policyFor(config: Config): Policy | string[] {
  const file = config.policyFile === null ? null : readPolicyFile(config.policyFile)
  if (file !== null && !file.ok) return [...file.sentences]
  const unknown = feedFaults(config.seed.feeds, file?.pins ?? {})
  if (unknown.length > 0) return [...unknown]
  return withPins(policyOfSeed({ ...config.seed, mode: 'live' }), file?.pins ?? {})
}

async function dryRun(ports: DryPorts, policy: Policy, sinceMs: number): Promise<number> {
  for (const feed of policy.feeds)
    if (feed.enabled) await readFeed(ports, { policy, feed, sinceMs })
    else process.stderr.write(`${feed.id}: switched off; npm run doctor says how to switch it on\n`)
  const signal = new AbortController().signal
  const input = { tenantId: TENANT, policy: firstVersion(policy), signal }
  // An import may bring in a year of events within the window: what happened before it is history as well.
  const from = ports.clock.now() - sinceMs
  const tally: Record<string, number> = {}
  await calibrateFeeds(ports, { tenantId: TENANT, policy: input.policy.policy, signal: input.signal })
  for (;;) {
    const items = await ports.store.records.queue.due(TENANT, ports.clock.now(), ASSESS_BATCH)
    if (items.length === 0) break
    const grants = new Map(
      (
        await ports.store.records.ledger.byIds(
          TENANT,
          items.map((item) => item.grantId),
        )
      ).map((grant) => [grant.id, grant]),
    )
    const due = items.flatMap((item) => {
      const grant = grants.get(item.grantId)
      return grant === undefined || item.mode === 'history' || grant.occurredAt < from
        ? []
        : [{ item, grant }]
    })
    await judgeAll(ports, input, due, async (judged) => {
      for (const one of judged) {
        tally[one.assessment.disposition] = (tally[one.assessment.disposition] ?? 0) + 1
        process.stdout.write(`${JSON.stringify(judgedLine(one))}\n`)
      }
    })
    await ports.store.records.queue.remove(items)
  }
  process.stdout.write(`${JSON.stringify({ summary: tally })}\n`)
  return 0
}

/** What was ingested before the window is history; what came since is judged as if it were new. */
async function readFeed(
  ports: DryPorts,
  input: { readonly policy: Policy; readonly feed: PolicyFeed; readonly sinceMs: number },
): Promise<void> {
  const { feed, policy } = input
  const preset = presetFor(policy, feed.preset)
  if (preset === null) return
  const now = ports.clock.now()
  const historyUntil = new Date(now - input.sinceMs).toISOString()
  await ports.store.records.feeds.compareAndSet(
    newFeedState({ tenantId: TENANT, feedId: feed.id, switchedOnAt: now, historyUntil }),
  )
  const signal = new AbortController().signal
  for (;;) {
    const outcome = await pollFeed(ports, { tenantId: TENANT, feed, preset, policy, signal })
    process.stderr.write(`${feed.id}: read ${outcome.rows} events, ${outcome.grants} grants and removals\n`)
    if (!outcome.more) return
  }
}
