import type { KnownBlock, ModalView } from '@slack/types'
import { REASON_CHARACTERS_MAX } from '../../domain/decision.ts'
import { isPinned } from '../../domain/policy-pins.ts'
import { POLICY_SECTIONS, type PolicySection } from '../../domain/policy-sections.ts'
import type { Preview } from '../../workflows/policy-preview.ts'
import type { OpenProposal, TuneDesk, VersionLine } from '../../workflows/tune-policy.ts'
import { REASON_BLOCK, REASON_INPUT, TUNE_ACTIONS, TUNE_PREVIEW_MODAL, TUNE_SECTION_MODAL } from '../ids.ts'
import { linesWithin, mention, moment, preformatted, prose } from '../mrkdwn.ts'
import { writeSectionMetadata } from '../tune-payloads.ts'
import {
  actions,
  button,
  context,
  divider,
  header,
  type MessageView,
  plainText,
  preformattedBlock,
  section,
} from './blocks.ts'
import { chunks, fieldInputs, fieldReading } from './tune-inputs.ts'
import { pastBlocks } from './tune-past.ts'
import { type Trial, trialBlocks } from './tune-trial.ts'

const LINES_MAX = 2_000
const CHANGE_MAX = 400
const REASON_SHOWN_MAX = 300
const PROPOSALS_SHOWN = 5
const PREFORMATTED_MAX = 2_900
const CONFIRMERS_SHOWN = 10

const PINNED = 'pinned by MODE or POLICY_FILE'

function more(left: number): string {
  return `…and ${left} more`
}

/** All sections of the settings, with what waits for a second person. */
export function tuneModal(desk: TuneDesk): ModalView {
  const { current, mayEdit } = desk
  const who = mayEdit ? '' : '\nYou may look. Only policy admins save changes.'
  return {
    type: 'modal',
    title: plainText('Settings'),
    close: plainText('Close'),
    blocks: [
      section(
        `*Version ${current.version}*, saved by ${mention(current.author)} ${moment(current.savedAt)}${who}`,
      ),
      ...desk.proposals.slice(0, PROPOSALS_SHOWN).flatMap(proposalBlocks),
      ...POLICY_SECTIONS.map((one) =>
        section(
          `*${one.title}*\n${one.about}`,
          button({
            text: mayEdit ? 'Change' : 'Look',
            actionId: TUNE_ACTIONS.section,
            value: one.id,
            label: `${mayEdit ? 'Change' : 'Look at'} ${one.title}`,
          }),
        ),
      ),
      section(
        '*Earlier versions*\nWho changed what, when and why, and the way back.',
        button({ text: 'Versions', actionId: TUNE_ACTIONS.versions }),
      ),
      divider(),
      section(
        `*Set in the environment*, never here\n${desk.secrets
          .map(({ name, isSet }) => `• \`${name}\` ${isSet ? 'set' : 'not set'}`)
          .join(
            '\n',
          )}\n• Mode: \`${current.policy.mode}\`, switched in App Home${isPinned(desk.pins, 'mode') ? ` _(${PINNED})_` : ''}`,
      ),
    ],
  }
}

/** A change that waits, with the buttons for whoever may decide on it. */
export function proposalBlocks(open: OpenProposal): KnownBlock[] {
  const { proposal, changes, loosenings, mayConfirm, mayReject } = open
  const buttons = [
    ...(mayConfirm
      ? [button({ text: 'Confirm', actionId: TUNE_ACTIONS.confirm, value: proposal.id, style: 'primary' })]
      : []),
    ...(mayReject
      ? [
          button({
            text: mayConfirm ? 'Reject' : 'Withdraw',
            actionId: TUNE_ACTIONS.reject,
            value: proposal.id,
          }),
        ]
      : []),
  ]
  const author = mention(proposal.author)
  const lines = changeLines(changes)
  const why = loosenings.map(({ what }) => `• ${prose(what, CHANGE_MAX)}`)
  return [
    section(
      `:hourglass: *Waits for a second person*: ${author} proposed ${moment(proposal.proposedAt)}, until ${moment(proposal.expiresAt)}: ${prose(proposal.reason, REASON_SHOWN_MAX)}`,
    ),
    section(linesWithin([...lines, ...(why.length === 0 ? [] : ['It loosens:', ...why])], LINES_MAX, more)),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
    divider(),
  ]
}

/** The same as a message to whoever may confirm. */
export function proposalMessage(open: OpenProposal): MessageView {
  return { text: 'A change of the policy waits for a second person.', blocks: proposalBlocks(open) }
}

function changeLines(changes: readonly string[]): readonly string[] {
  return changes.length === 0
    ? ['Nothing is different any more.']
    : changes.map((line) => `• ${prose(line, CHANGE_MAX)}`)
}

export function sectionModal(desk: TuneDesk, one: PolicySection): ModalView {
  const { policy, version } = desk.current
  const pinned = (path: string) => isPinned(desk.pins, path)
  const mayEdit = desk.mayEdit && one.fields.some((field) => !pinned(field.path))
  const blocks = one.fields.flatMap((field) => {
    if (field.isInputOnly && (!desk.mayEdit || pinned(field.path))) return []
    if (pinned(field.path)) return fieldReading(field, policy, PINNED)
    return desk.mayEdit ? fieldInputs(field, policy) : fieldReading(field, policy, null)
  })
  const frame =
    one.frame === undefined
      ? []
      : [
          section('*The fixed frame* around the team’s text, which nobody edits'),
          ...chunks(one.frame).map((chunk) => preformattedBlock(preformatted(chunk, PREFORMATTED_MAX))),
        ]
  const hasInputs = blocks.some((block) => block.type === 'input')
  return {
    type: 'modal',
    callback_id: TUNE_SECTION_MODAL,
    private_metadata: writeSectionMetadata({ section: one.id, version }),
    title: plainText(one.title.length <= 24 ? one.title : 'Settings'),
    close: plainText('Back'),
    ...(mayEdit && hasInputs ? { submit: plainText('Preview') } : {}),
    blocks: [
      section(`${one.about}${mayEdit ? ' Nothing is saved before you have seen what it does.' : ''}`),
      ...blocks,
      ...frame,
    ],
  }
}

/** What a change would do, and the reason that goes with it. */
export function previewModal(
  preview: Preview,
  { teamUrl, trial }: { readonly teamUrl: string | null; readonly trial: Trial | null },
): ModalView {
  const { changes, loosenings, needsSecond } = preview
  return {
    type: 'modal',
    callback_id: TUNE_PREVIEW_MODAL,
    external_id: preview.draftId,
    private_metadata: preview.draftId,
    title: plainText('Preview'),
    submit: plainText(needsSecond ? 'Propose' : 'Save'),
    close: plainText('Back'),
    blocks: [
      header(`What changes from version ${preview.baseVersion}`),
      section(linesWithin(changeLines(changes), LINES_MAX, more)),
      ...looseningBlocks(preview),
      {
        type: 'input',
        block_id: REASON_BLOCK,
        label: plainText('Why?'),
        hint: plainText('Recorded with the new version.'),
        element: {
          type: 'plain_text_input',
          action_id: REASON_INPUT,
          multiline: true,
          max_length: REASON_CHARACTERS_MAX,
        },
      },
      ...trialBlocks(preview, trial),
      ...pastBlocks(preview.past, teamUrl),
      context('Reviews that are open stay as they are. Each save is a new version.'),
      ...(loosenings.length === 0 ? [context('It loosens nothing.')] : []),
    ],
  }
}

function looseningBlocks({ loosenings, needsSecond, confirmers }: Preview): KnownBlock[] {
  if (loosenings.length === 0) return []
  const names = confirmers.slice(0, CONFIRMERS_SHOWN).map(mention).join(', ')
  const end = !needsSecond
    ? 'The policy lets one person do this; that one person did is recorded.'
    : confirmers.length > 0
      ? `It needs a second person. One of these can confirm it: ${names}.`
      : 'It needs a second person, and there is none: no other policy admin or reviewer. Use `npm run policy -- import`, then confirm it here.'
  const lines = loosenings.map(({ what, setting }) => `• ${prose(`${what} (${setting})`, CHANGE_MAX)}`)
  return [section(`:warning: *This loosens the policy*\n${linesWithin(lines, LINES_MAX, more)}\n${end}`)]
}

/** Newest first, each with the way back to it. */
export function versionsModal(desk: TuneDesk, versions: readonly VersionLine[]): ModalView {
  return {
    type: 'modal',
    title: plainText('Versions'),
    close: plainText('Back'),
    blocks: versions.flatMap(({ version, changes }, index) => {
      const about = `*Version ${version.version}*, ${mention(version.author)} ${moment(version.savedAt)}: ${prose(version.reason, REASON_SHOWN_MAX)}`
      const lines = changes.length === 0 ? '' : `\n${linesWithin(changeLines(changes), LINES_MAX / 2, more)}`
      const back = button({
        text: 'Roll back to this',
        actionId: TUNE_ACTIONS.rollBack,
        value: String(version.version),
        confirm: {
          title: `Roll back to ${version.version}?`,
          text: 'Its content becomes a new version. What loosens needs a second person.',
          yes: 'Roll back',
        },
      })
      const isOffered = index > 0 && desk.mayEdit
      return [section(`${about}${lines}${index === 0 ? '\n_in force_' : ''}`, isOffered ? back : undefined)]
    }),
  }
}

/** How it ended; closing it closes everything beneath, which shows what was before. */
export function endModal(title: string, text: string): ModalView {
  return {
    type: 'modal',
    title: plainText(title),
    close: plainText('Close'),
    clear_on_close: true,
    blocks: [section(text)],
  }
}
