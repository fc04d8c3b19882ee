import type { SentencePart } from './evidence.ts'
import { grantee, grantor } from './evidence-people.ts'
import { type EvidenceInput, fires, type Measured } from './evidence-rule.ts'
import type { ContextRow } from './history-context.ts'

/** Evidence about what happened around a grant, to the same people or to the controls that guard it. */

type Wanted = (row: ContextRow, input: EvidenceInput) => boolean

function around(input: EvidenceInput, wanted: Wanted): ContextRow | null {
  return input.facts.context.findLast((row) => wanted(row, input)) ?? null
}

const isGrantees = (row: ContextRow, { grant }: EvidenceInput): boolean => row.person === grant.granteePerson
const isGrantors = (row: ContextRow, { grant }: EvidenceInput): boolean =>
  grant.grantorPerson !== null && row.person === grant.grantorPerson

/** `, 2 hours before, by Bob` */
function whenAndWho(row: ContextRow, { grant }: EvidenceInput): readonly SentencePart[] {
  const distance = row.at - grant.occurredAt
  return [
    ', ',
    { durationMs: Math.abs(distance) },
    distance <= 0 ? ' before' : ' after',
    ...(row.byName === null ? [] : [', by ', { text: row.byName }]),
  ]
}

const HOUR_MS = 3_600_000
const DAY_HOURS = 24
const FAINTEST = 0.3

/** Full within the hour, fainter with every doubling of the distance. */
function nearness(row: ContextRow, { grant }: EvidenceInput): number {
  const hours = Math.abs(row.at - grant.occurredAt) / HOUR_MS
  if (hours <= 1) return 1
  return Math.max(FAINTEST, 1 - ((1 - FAINTEST) * Math.log(hours)) / Math.log(DAY_HOURS))
}

const RESETS = ['mfa-reset', 'password-reset']

export function factorsReset(input: EvidenceInput): Measured {
  const own = around(input, (row) => RESETS.includes(row.what) && isGrantees(row, input))
  const giver = around(input, (row) => RESETS.includes(row.what) && isGrantors(row, input))
  const row = own ?? giver
  if (row === null) return 'quiet'
  const who = own === null ? grantor(input) : grantee(input)
  return fires(
    [
      'The sign-in of ',
      who,
      row.what === 'mfa-reset' ? ' had its factors reset' : ' had its password reset',
      ...whenAndWho(row, input),
    ],
    (row.what === 'mfa-reset' ? 1 : 0.5) * nearness(row, input),
  )
}

export function accessTokenMade(input: EvidenceInput): Measured {
  const row = around(
    input,
    (one) => one.what === 'api-token' && (isGrantees(one, input) || isGrantors(one, input)),
  )
  if (row === null) return 'quiet'
  const who = isGrantees(row, input) ? grantee(input) : grantor(input)
  return fires(['A token or key was made for ', who, ...whenAndWho(row, input)], nearness(row, input))
}

export function impersonation(input: EvidenceInput): Measured {
  const row = around(input, (one) => one.what === 'impersonation')
  if (row === null) return 'quiet'
  return fires(
    ['Somebody acted in the name of, or with the access of, one of these people', ...whenAndWho(row, input)],
    nearness(row, input),
  )
}

export function emergencyAccessUsed(input: EvidenceInput): Measured {
  const row = around(input, (one) => one.what === 'break-glass-use')
  return row === null
    ? 'quiet'
    : fires(['Emergency access was used', ...whenAndWho(row, input)], nearness(row, input))
}

export function identityProviderChanged(input: EvidenceInput): Measured {
  const row = around(input, (one) => one.what === 'identity-provider')
  return row === null
    ? 'quiet'
    : fires(
        ['A way to sign in was added or changed in this source', ...whenAndWho(row, input)],
        nearness(row, input),
      )
}

export function controlsWeakenedBefore(input: EvidenceInput): Measured {
  const row = around(input, (one) => one.kind === 'control_weakened' && one.at <= input.grant.occurredAt)
  return row === null
    ? 'quiet'
    : fires(
        ['A control was weakened in this source (', { text: row.what }, ')', ...whenAndWho(row, input)],
        nearness(row, input),
      )
}

export function newAccount(input: EvidenceInput): Measured {
  const row = around(input, (one) => one.what === 'account-created' && isGrantees(one, input))
  return row === null
    ? 'quiet'
    : fires(
        ['The account of ', grantee(input), ' was created', ...whenAndWho(row, input)],
        nearness(row, input),
      )
}

/** The source's own record that a third person let the request through. */
export function approvalOf(input: EvidenceInput): { readonly person: string; readonly at: number } | null {
  const { grant } = input
  const row = around(
    input,
    (one) =>
      one.what === 'approval' &&
      one.feedId === grant.feedId &&
      isGrantees(one, input) &&
      (one.scope === grant.role.id || one.scope === '*') &&
      one.by !== null,
  )
  return row === null || row.by === null ? null : { person: row.by, at: row.at }
}
