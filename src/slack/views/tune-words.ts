import type { Meanwhile } from '../../workflows/change-policy.ts'
import type { ProposalOutcome } from '../../workflows/decide-proposal.ts'
import type { DraftOutcome, SaveOutcome } from '../../workflows/tune-policy.ts'
import { linesWithin, mention, moment, prose } from '../mrkdwn.ts'

/** What became of a change of the policy, in sentences. */

const CHANGE_MAX = 300
const LINES_MAX = 1_500
const NAMES_SHOWN = 10

const NOT_ADMIN = 'Only policy admins can change the policy. Nothing was changed.'
const UNCHANGED = 'Nothing is different from the version in force, so there is nothing to save.'

export function draftSentence(
  outcome: Exclude<DraftOutcome, { kind: 'draft' } | { kind: 'faults' }>,
): string {
  switch (outcome.kind) {
    case 'stale':
      return staleSentence(outcome.meanwhile)
    case 'unchanged':
      return UNCHANGED
    case 'not-admin':
      return NOT_ADMIN
  }
}

function staleSentence({ current, changes }: Meanwhile): string {
  const lines = changes.map((line) => `• ${prose(line, CHANGE_MAX)}`)
  const what = lines.length === 0 ? '' : `\n${linesWithin(lines, LINES_MAX, (left) => `…and ${left} more`)}`
  return `Meanwhile ${mention(current.author)} saved version ${current.version} (${moment(current.savedAt)}: ${prose(current.reason, CHANGE_MAX)}). Nothing was overwritten and yours was not saved. Changed since you opened the form:${what}\nClose this, open the section again and make your change on top.`
}

export function saveSentence(outcome: SaveOutcome): string {
  switch (outcome.kind) {
    case 'saved':
      return `:white_check_mark: Saved as version ${outcome.version.version}. New grants are judged by it from now on; open reviews stay as they are.`
    case 'proposed': {
      const names = (outcome.confirmers ?? []).slice(0, NAMES_SHOWN).map(mention).join(', ')
      const told = names === '' ? '' : ` Asked: ${names}.`
      return `:hourglass: Proposed. It loosens the policy, so it takes effect once a second person confirms it, until ${moment(outcome.proposal.expiresAt)}.${told} You can withdraw it in the settings.`
    }
    case 'stale':
      return staleSentence(outcome.meanwhile)
    case 'pinned':
      return `Pinned by MODE or POLICY_FILE and not changed: ${outcome.settings.map((setting) => `\`${setting}\``).join(', ')}.`
    case 'unchanged':
      return UNCHANGED
    case 'gone':
      return 'This preview is more than an hour old or was used already. Open the section again.'
    case 'not-admin':
      return NOT_ADMIN
  }
}

export function proposalSentence(outcome: ProposalOutcome): string {
  switch (outcome.kind) {
    case 'saved':
      return `:white_check_mark: Confirmed: version ${outcome.version.version} is in force.`
    case 'rejected':
      return 'Rejected: nothing was changed.'
    case 'outdated':
      return `The policy changed since this was proposed (version ${outcome.current.version} by ${mention(outcome.current.author)}), so it was put away. Propose it again.`
    case 'decided':
      return `This is decided already${outcome.by === null ? '' : `, by ${mention(outcome.by)}`}.`
    case 'gone':
      return 'There is no such proposal any more: it has expired.'
    case 'own':
      return 'You proposed this: another person must confirm it.'
    case 'not-allowed':
      return 'Only another policy admin can confirm this, or a reviewer where there is no other admin.'
  }
}
