import type { KnownBlock, ModalView } from '@slack/types'
import { type Action, REASON_CHARACTERS_MAX } from '../../domain/decision.ts'
import { shortCode } from '../../domain/grant.ts'
import type { ReviewCase } from '../../domain/review-case.ts'
import { REASON_BLOCK, REASON_INPUT, REASON_MODAL } from '../ids.ts'
import { context, plainText, section } from './blocks.ts'
import { caseLine } from './case-text.ts'

type ReasonedAction = Exclude<Action, 'escalate' | 'reopen'>

const WORDS: Readonly<
  Record<ReasonedAction, { title: string; submit: string; label: string; note: string }>
> = {
  approve: {
    title: 'Approve',
    submit: 'Approve',
    label: 'Why is this grant in order?',
    note: 'The verdict is high: the reason is recorded with your decision.',
  },
  revoke: {
    title: 'Revoke',
    submit: 'Ask for the revoke',
    label: 'Why must the role be taken away?',
    note: 'Your automation is told to take the role away. The review stays open until the source confirms it.',
  },
}

const PREPARED_NOTES: Readonly<Record<ReasonedAction, string>> = {
  approve: 'The reason is recorded with your decision, as if you had written it: change it as you see fit.',
  revoke: `${WORDS.revoke.note} Change the prepared reason as you see fit.`,
}

/** Asks for the reason; `metadata` travels with the view and comes back at submission. */
export function reasonModal(
  reviewCase: ReviewCase,
  form: { readonly action: ReasonedAction; readonly metadata: string; readonly reason?: string },
): ModalView {
  const { action, metadata, reason } = form
  const words = WORDS[action]
  // A prepared approval asks whatever the verdict, which a blind review must not tell.
  const note = reason === undefined ? words.note : PREPARED_NOTES[action]
  return {
    type: 'modal',
    callback_id: REASON_MODAL,
    private_metadata: metadata,
    title: plainText(`${words.title} ${shortCode(reviewCase.grant.id)}`),
    submit: plainText(words.submit),
    close: plainText('Cancel'),
    blocks: [section(caseLine(reviewCase)), reasonInput(words.label, reason), context(note)],
  }
}

function reasonInput(label: string, prepared = ''): KnownBlock {
  const reason = prepared.trim().slice(0, REASON_CHARACTERS_MAX).toWellFormed()
  return {
    type: 'input',
    block_id: REASON_BLOCK,
    label: plainText(label),
    element: {
      type: 'plain_text_input',
      action_id: REASON_INPUT,
      multiline: true,
      max_length: REASON_CHARACTERS_MAX,
      focus_on_load: true,
      ...(reason === '' ? {} : { initial_value: reason }),
    },
  }
}

/** Shown at once when the answer takes longer than a trigger lives. */
export function loadingModal(): ModalView {
  return messageModal('One moment', 'Checking who may decide…')
}

/** A sentence of ours where a form would have been. */
export function messageModal(title: string, text: string): ModalView {
  return { type: 'modal', title: plainText(title), close: plainText('Close'), blocks: [section(text)] }
}
