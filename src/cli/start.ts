import { createApp } from '../app.ts'
import type { Config } from '../config.ts'
import { UpstreamError } from '../ports.ts'
import type { PolicyPins } from '../workflows/seed-policy.ts'
import { configFromEnvironment, reportFaults, wrongCall } from './environment.ts'
import { feedFaults, readPolicyFile } from './policy-file.ts'
import { runSandbox } from './sandbox.ts'

/** The app when Slack and Axiom are configured, the sandbox when nothing is; resolves when it was stopped. */
export async function runStart(args: readonly string[]): Promise<number> {
  const unknownArgument = args.find((argument) => argument !== '--live')
  if (unknownArgument !== undefined) return wrongCall(`start takes only --live, not ${unknownArgument}.`)
  const live = args.includes('--live')
  const result = configFromEnvironment({ live })
  if (result.kind === 'faults') return reportFaults(result.faults)
  if (result.kind === 'sandbox') return await runSandbox([])
  const pinned = result.config.policyFile === null ? null : readPolicyFile(result.config.policyFile)
  if (pinned !== null && !pinned.ok)
    return reportFaults(pinned.sentences.map((sentence) => ({ variable: 'POLICY_FILE', sentence })))
  const unknown = feedFaults(result.config.seed.feeds, pinned === null ? {} : pinned.pins)
  if (unknown.length > 0) return reportFaults(unknown.map((sentence) => ({ variable: 'FEEDS', sentence })))
  try {
    return await run(result.config, pinned === null ? {} : pinned.pins)
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    process.stderr.write(`${error.message}\nThe app did not start; npm run doctor checks every credential.\n`)
    return 1
  }
}

async function run(config: Config, pins: PolicyPins): Promise<number> {
  const app = await createApp(config, { pins })
  const stopped = untilStopped()
  const started = app.start().then(() => void process.stderr.write('Countersign is running.\n'))
  // A stop may come while the start still waits for Slack.
  await Promise.race([Promise.all([started, stopped]), stopped])
  await app.stop()
  return 0
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.once('SIGINT', () => process.exit(130))
      process.once('SIGTERM', () => process.exit(143))
      resolve()
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  })
}
