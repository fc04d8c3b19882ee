import { readFileSync } from 'node:fs'
import type { Config } from '../config.ts'
import { type Policy, type PolicyVersion, parsePolicy, policyJsonSchema } from '../domain/policy.ts'
import { diffPolicies } from '../domain/policy-diff.ts'
import { ConflictError, type Ports } from '../ports.ts'
import { openStore } from '../store/database.ts'
import { savePolicy } from '../workflows/seed-policy.ts'
import { partialConfig, wrongCall } from './environment.ts'

const USAGE = 'Use: npm run policy -- export | schema | import FILE [--reason TEXT] | diff FILE'

/** The policy as JSON: `export`, `schema`, `diff FILE`, `import FILE`. */
export async function runPolicy(args: readonly string[]): Promise<number> {
  const [action, file, ...rest] = args
  if (action === 'schema' && file === undefined) {
    process.stdout.write(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`)
    return 0
  }
  const takesFile = action === 'import' || action === 'diff'
  if (!(action === 'export' && file === undefined) && !(takesFile && file !== undefined))
    return wrongCall(USAGE)
  const reason = reasonOf(rest)
  if (reason === null) return wrongCall(USAGE)
  const config = partialConfig([])
  if (config === null) return 2
  const store = await openStore(config.databaseUrl)
  try {
    const [tenant, ...more] = await store.records.tenants.all()
    const current = tenant === undefined ? null : await store.records.policies.current(tenant.tenantId)
    if (tenant === undefined || current === null)
      return wrongCall('There is no policy yet: start the app once, it seeds version 1 from the environment.')
    if (more.length > 0)
      return wrongCall('This database serves several workspaces; edit their policies in Slack.')
    if (action === 'export') return print(current.policy)
    const next = readPolicy(file ?? '')
    if (!next.ok) return wrongCall(next.faults.map((fault) => `${file}: ${fault}`).join('\n'))
    if (action === 'diff') return printDiff(current, next.policy)
    return await importPolicy({ store, config, current, policy: next.policy, reason })
  } finally {
    await store.close()
  }
}

function reasonOf(rest: readonly string[]): string | null {
  if (rest.length === 0) return 'Imported from a file.'
  return rest.length === 2 && rest[0] === '--reason' ? (rest[1] ?? null) : null
}

function readPolicy(file: string): ReturnType<typeof parsePolicy> {
  try {
    return parsePolicy(JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')))
  } catch (error) {
    if (error instanceof SyntaxError)
      return { ok: false, faults: ['this is not JSON; npm run policy -- export shows the form.'] }
    if (error instanceof Error && 'code' in error)
      return { ok: false, faults: ['the file cannot be read; check the path.'] }
    throw error
  }
}

function print(policy: Policy): number {
  process.stdout.write(`${JSON.stringify(policy, null, 2)}\n`)
  return 0
}

function printDiff(current: PolicyVersion, policy: Policy): number {
  const changes = diffPolicies(current.policy, policy)
  for (const change of changes) process.stdout.write(`${JSON.stringify(change)}\n`)
  process.stderr.write(
    changes.length === 0
      ? `The file is the policy in force (version ${current.version}).\n`
      : `${changes.length} settings differ from version ${current.version}.\n`,
  )
  return 0
}

async function importPolicy(input: {
  readonly store: Ports['store']
  readonly config: Config
  readonly current: PolicyVersion
  readonly policy: Policy
  readonly reason: string
}): Promise<number> {
  const { current, policy } = input
  const changes = diffPolicies(current.policy, policy)
  if (changes.length === 0) return printDiff(current, policy)
  const pinned = input.config.mode !== null && policy.mode !== input.config.mode
  if (pinned) return wrongCall(`mode is pinned to ${input.config.mode} by MODE; unset it or change the file.`)
  const ports = { chainKey: input.config.chainKey, hasWebhook: input.config.webhook !== null }
  try {
    await input.store.transaction(
      async (records) =>
        await savePolicy(ports, records, {
          tenantId: current.tenantId,
          version: current.version + 1,
          policy,
          author: 'command line',
          reason: input.reason,
          savedAt: Date.now(),
        }),
    )
  } catch (error) {
    if (error instanceof ConflictError)
      return wrongCall('Somebody saved the policy at the same moment: run diff and import again.')
    throw error
  }
  process.stderr.write(`Saved version ${current.version + 1}: ${changes.length} settings changed.\n`)
  return 0
}
