import type { Flagged, Flip } from '../domain/backtest.ts'
import type { Policy } from '../domain/policy.ts'
import { plainValue } from '../domain/sentence.ts'
import type { Ports } from '../ports.ts'
import { BACKTEST_DAYS, type BacktestReport, backtest } from '../workflows/backtest.ts'
import { createOutput } from './output.ts'

const DAYS_MAX = 3_650
const FLIPS_PRINTED_MAX = 10_000
const FLIPS_SHOWN_MAX = 20

/** `[]` or `['--days', '30']` as a number of days; null when it is neither. */
export function backtestDays(rest: readonly string[]): number | null {
  if (rest.length === 0) return BACKTEST_DAYS
  const [flag, text = ''] = rest
  const days = Number(text)
  return rest.length === 2 && flag === '--days' && Number.isInteger(days) && days >= 1 && days <= DAYS_MAX
    ? days
    : null
}

/** What a policy would have made of the past: flips as lines of JSON for programs, a table for people. */
export async function runBacktest(
  ports: Pick<Ports, 'store' | 'clock'>,
  input: { readonly tenantId: string; readonly policy: Policy; readonly days: number },
): Promise<number> {
  const report = await backtest(ports, { ...input, flipsMax: FLIPS_PRINTED_MAX })
  const { flips, ...summary } = report
  const output = createOutput(process.stdout)
  for (const flip of flips) if (!(await output.write(`${JSON.stringify(lineOf(flip))}\n`))) break
  await output.write(`${JSON.stringify({ summary: { ...summary, days: input.days } })}\n`)
  await output.end()
  process.stderr.write(`${tableOf(report, input.days).join('\n')}\n`)
  return 0
}

function lineOf({ grantId, code, grant, before, after, decided, alreadyInForce }: Flip): unknown {
  const { source, occurredAt, role } = grant
  return {
    id: grantId,
    code,
    occurredAt: new Date(occurredAt).toISOString(),
    source,
    ...namesOf(grant),
    role: role.name,
    tier: role.tier,
    before,
    after,
    decided,
    alreadyInForce,
  }
}

function namesOf({ grantee, grantor }: Flip['grant']): { grantee: string; grantor: string | null } {
  return {
    grantee: grantee.email ?? grantee.id,
    grantor: grantor === null ? null : (grantor.email ?? grantor.id),
  }
}

function tableOf(report: BacktestReport, days: number): readonly string[] {
  const { before, after, flips, flipsTotal } = report
  const shown = flips.slice(0, FLIPS_SHOWN_MAX)
  return [
    `${report.grants} grants of the last ${days} days${report.isComplete ? '' : ' (there were more)'}`,
    ...aligned([
      ['asked about', 'high', 'medium', 'low', 'in all'],
      ['as it was', ...countsOf(before)],
      ['with this policy', ...countsOf(after)],
    ]),
    `${flipsTotal} would be judged differently: ${report.letThrough} let through, ${report.newlyAsked} newly asked about`,
    ...(report.undoesRevokes === 0
      ? []
      : [`${report.undoesRevokes} of them a reviewer revoked: this change needs a second person`]),
    ...aligned(shown.map(rowOf)),
    ...(flipsTotal > shown.length ? [`... and ${flipsTotal - shown.length} more`] : []),
  ]
}

function countsOf({ high, medium, low }: Flagged): readonly string[] {
  return [high, medium, low, high + medium + low].map(String)
}

const DECIDED = { approve: 'approved', revoke: 'revoked', nothing: '' } as const

// Names are outside text: a terminal must not obey it.
function rowOf(flip: Flip): readonly string[] {
  const { before, after, decided, grant, alreadyInForce } = flip
  return [
    flip.code,
    `${before.band} -> ${after.band}`,
    after.disposition,
    DECIDED[decided ?? 'nothing'],
    plainValue(`${grant.role.name} for ${namesOf(grant).grantee}`),
    alreadyInForce ? '(so already in force)' : '',
  ]
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, place) => Math.max(...rows.map((row) => (row[place] ?? '').length)))
  return rows.map((row) =>
    `  ${row.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join('  ')}`.trimEnd(),
  )
}
