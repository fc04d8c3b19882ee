import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from '../config.ts'
import { type Policy, type PolicyVersion, parsePolicy, policyJsonSchema } from '../domain/policy.ts'
import { diffPolicies } from '../domain/policy-diff.ts'
import { type Loosening, looseningsOf } from '../domain/policy-loosening.ts'
import { diffInWords } from '../domain/policy-words.ts'
import type { Ports } from '../ports.ts'
import { openStore } from '../store/database.ts'
import { backtest } from '../workflows/backtest.ts'
import { changePolicy } from '../workflows/change-policy.ts'
import type { PolicyPins } from '../workflows/seed-policy.ts'
import { partialConfig, wrongCall } from './environment.ts'
import { backtestDays, runBacktest } from './policy-backtest.ts'
import { readPolicyFile } from './policy-file.ts'

const USAGE =
  'Use: npm run policy -- export | schema | import FILE [--reason TEXT] | diff FILE | backtest FILE [--days 30]'

const CLOCK = { now: () => Date.now() }

/** The policy as JSON: `export`, `schema`, `diff FILE`, `backtest FILE`, `import FILE`. */
export async function runPolicy(args: readonly string[]): Promise<number> {
  const [action, file, ...rest] = args
  if (action === 'schema' && file === undefined) {
    process.stdout.write(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`)
    return 0
  }
  const takesFile = action === 'import' || action === 'diff' || action === 'backtest'
  if (!(action === 'export' && file === undefined) && !(takesFile && file !== undefined))
    return wrongCall(USAGE)
  const days = backtestDays(action === 'backtest' ? rest : [])
  const reason = reasonOf(action === 'backtest' ? [] : rest)
  if (reason === null || days === null) return wrongCall(USAGE)
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
    if (action === 'backtest') {
      const { tenantId } = tenant
      return await runBacktest({ store, clock: CLOCK }, { tenantId, policy: next.policy, days })
    }
    const pins = pinsOf(config)
    if (pins === null) return 2
    return await importPolicy({ store, config, pins, current, policy: next.policy, reason })
  } finally {
    await store.close()
  }
}

/** What MODE and POLICY_FILE pin; null after the faults of the file were printed. */
function pinsOf({ mode, policyFile }: Config): PolicyPins | null {
  const file = policyFile === null ? null : readPolicyFile(policyFile)
  if (file !== null && !file.ok) {
    wrongCall(file.sentences.join('\n'))
    return null
  }
  return { ...file?.pins, ...(mode === null ? {} : { mode }) }
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

/** The changes for programs on stdout, and in words for people. */
function printDiff(current: PolicyVersion, policy: Policy): number {
  const changes = diffPolicies(current.policy, policy)
  for (const change of changes) process.stdout.write(`${JSON.stringify(change)}\n`)
  process.stderr.write(
    changes.length === 0
      ? `The file is the policy in force (version ${current.version}).\n`
      : `${changes.length} settings differ from version ${current.version}:\n`,
  )
  say(diffInWords(current.policy, policy))
  sayLoosenings(looseningsOf(current.policy, policy))
  return 0
}

function say(lines: readonly string[]): void {
  // Values are outside text: a terminal must not obey it.
  for (const line of lines) process.stderr.write(`  - ${line.replaceAll(/\p{Cc}/gu, ' ')}\n`)
}

function sayLoosenings(loosenings: readonly Loosening[]): void {
  if (loosenings.length === 0) return
  process.stderr.write('It loosens the policy, which needs a second person:\n')
  say(loosenings.map(({ setting, what }) => `${setting}: ${what}`))
}

interface ImportInput {
  readonly store: Ports['store']
  readonly config: Config
  readonly pins: PolicyPins
  readonly current: PolicyVersion
  readonly policy: Policy
  readonly reason: string
}

/** By the same rules as in Slack: pinned settings stay, and what loosens waits for a second person. */
async function importPolicy({ store, config, pins, current, policy, reason }: ImportInput): Promise<number> {
  const ports = {
    store,
    clock: CLOCK,
    ids: { next: () => randomUUID() },
    chainKey: config.chainKey,
    hasWebhook: config.webhook !== null,
  }
  const { tenantId, version } = current
  const author = 'command line'
  const { undoesRevokes: reversed } = await backtest(ports, { tenantId, policy })
  const request = { tenantId, baseVersion: version, policy, reason, author, actor: null, pins, reversed }
  const outcome = await changePolicy(ports, request)
  switch (outcome.kind) {
    case 'unchanged':
      return printDiff(current, policy)
    case 'pinned':
      return wrongCall(
        `Pinned by MODE or POLICY_FILE: ${outcome.settings.join(', ')}. Unset the pin or change the file.`,
      )
    case 'stale':
      return wrongCall('Somebody saved the policy at the same moment: run diff and import again.')
    case 'proposed':
      sayLoosenings(outcome.loosenings)
      process.stderr.write(
        `Proposed, not yet in force: a policy admin confirms it in App Home or /grants tune until ${new Date(outcome.proposal.expiresAt).toISOString()}.\n`,
      )
      return 0
    case 'saved': {
      const count = diffPolicies(current.policy, policy).length
      process.stderr.write(`Saved version ${outcome.version.version}: ${count} settings changed.\n`)
      say(diffInWords(current.policy, policy))
      return 0
    }
  }
}
