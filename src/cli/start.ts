import { createApp } from '../app.ts'
import { configFromEnvironment, reportFaults, wrongCall } from './environment.ts'
import { readPolicyFile } from './policy-file.ts'
import { runSandbox } from './sandbox.ts'

/** The app when Slack and Axiom are configured, the sandbox when nothing is; resolves when it was stopped. */
export async function runStart(args: readonly string[]): Promise<number> {
  const unknown = args.find((argument) => argument !== '--live')
  if (unknown !== undefined) return wrongCall(`start takes only --live, not ${unknown}.`)
  const live = args.includes('--live')
  const result = configFromEnvironment({ live })
  if (result.kind === 'faults') return reportFaults(result.faults)
  if (result.kind === 'sandbox') return await runSandbox([])
  const pinned = result.config.policyFile === null ? null : readPolicyFile(result.config.policyFile)
  if (pinned !== null && !pinned.ok)
    return reportFaults(pinned.sentences.map((sentence) => ({ variable: 'POLICY_FILE', sentence })))
  const app = await createApp(result.config, { pins: pinned === null ? {} : pinned.pins })
  const stopped = untilStopped()
  await app.start()
  process.stderr.write('Countersign is running.\n')
  await stopped
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
