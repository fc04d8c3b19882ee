import { setTimeout as pause } from 'node:timers/promises'
import type { ModalView } from '@slack/types'
import { REASON_CHARACTERS_MAX } from '../../domain/decision.ts'
import { policySection } from '../../domain/policy-sections.ts'
import { type Acknowledge, acknowledge, atBoundary, type HandlerPorts } from '../boundary.ts'
import { REASON_BLOCK, TUNE_ACTIONS, TUNE_PREVIEW_MODAL } from '../ids.ts'
import type { Press } from '../payloads.ts'
import { parseDraftId, parseSectionMetadata, parseVersion, type TuneSubmission } from '../tune-payloads.ts'
import { noticeView } from '../views/notices.ts'
import {
  endModal,
  previewModal,
  proposalMessage,
  sectionModal,
  tuneModal,
  versionsModal,
} from '../views/tune-modals.ts'
import { draftSentence, proposalSentence, saveSentence } from '../views/tune-words.ts'
import { publishHome } from './home.ts'
import { mayRead, READERS_ONLY } from './reading.ts'
import { runTest, tryDraft } from './tune-trials.ts'

interface TunePress {
  readonly tenantId: string
  readonly press: Press
  readonly ack: Acknowledge
}

/** The way that a modal's submission is answered. */
export type ModalAnswer =
  | { readonly response_action: 'errors'; readonly errors: Record<string, string> }
  | { readonly response_action: 'push' | 'update'; readonly view: ModalView }

/** Whoever may confirm is told directly, so many at most. */
const TOLD_MAX = 20
const SHOWN_TRIES_MAX = 6
const SHOWN_WAIT_MS = 250

export async function onTunePress(ports: HandlerPorts, input: TunePress): Promise<void> {
  const { press, tenantId } = input
  await acknowledge(ports.log, input.ack)
  const tell = (view: Parameters<typeof ports.talk.tell>[1]): Promise<void> =>
    ports.talk.tell({ userId: press.userId, channel: press.channel }, view)
  await atBoundary(ports.log, { what: press.actionId, tell }, async () => {
    if (!(await mayRead(ports, { tenantId, userId: press.userId })))
      return await tell(noticeView(READERS_ONLY))
    await pressed(ports, input)
  })
}

async function pressed(ports: HandlerPorts, input: TunePress): Promise<void> {
  const { press, tenantId } = input
  const who = { tenantId, slackUserId: press.userId }
  const { tuning } = ports.useCases
  const push = (view: ModalView): Promise<void> => ports.talk.pushModal(press.triggerId, view)
  switch (press.actionId) {
    case TUNE_ACTIONS.open:
      await ports.talk.openModal(press.triggerId, tuneModal(await tuning.desk(who)))
      return
    case TUNE_ACTIONS.section: {
      const section = policySection(press.value)
      if (section !== null) await push(sectionModal(await tuning.desk(who), section))
      return
    }
    case TUNE_ACTIONS.versions:
      return await push(versionsModal(await tuning.desk(who), await tuning.versions(tenantId)))
    case TUNE_ACTIONS.rollBack: {
      const version = parseVersion(press.value)
      if (version === null) return
      const outcome = await tuning.rollBack({ ...who, version })
      await push(endModal('Rolling back', saveSentence(outcome)))
      if (outcome.kind === 'proposed')
        await tellConfirmers(ports, {
          tenantId,
          proposalId: outcome.proposal.id,
          confirmers: outcome.confirmers ?? [],
        })
      return
    }
    case TUNE_ACTIONS.tryPrompt:
    case TUNE_ACTIONS.tryFeeds:
      return await tryDraft(ports, input)
    case TUNE_ACTIONS.testRun:
      return await runTest(ports, input)
    case TUNE_ACTIONS.confirm:
    case TUNE_ACTIONS.reject:
      return await decided(ports, input)
  }
}

async function decided(ports: HandlerPorts, { press, tenantId }: TunePress): Promise<void> {
  const proposalId = parseDraftId(press.value)
  if (proposalId === null) return
  const verdict = press.actionId === TUNE_ACTIONS.confirm ? 'confirm' : 'reject'
  const outcome = await ports.useCases.tuning.decide({
    ...{ tenantId, slackUserId: press.userId, proposalId, verdict },
  })
  const sentence = proposalSentence(outcome)
  if (press.surface === 'home') return await publishHome(ports, { tenantId, userId: press.userId }, sentence)
  if (press.surface === 'modal')
    return await ports.talk.pushModal(press.triggerId, endModal('Second person', sentence))
  await ports.talk.tell({ userId: press.userId, channel: press.channel }, noticeView(sentence))
}

/** A form of the settings was sent: checked before it is acknowledged, so that what is wrong stands under its field. */
export async function onTuneSubmitted(
  ports: HandlerPorts,
  input: {
    readonly tenantId: string
    readonly modal: string
    readonly submission: TuneSubmission
    readonly answer: (answer: ModalAnswer) => Promise<void>
  },
): Promise<void> {
  const { submission } = input
  let isAnswered = false
  const answer = async (given: ModalAnswer): Promise<void> => {
    isAnswered = true
    await acknowledge(ports.log, () => input.answer(given))
  }
  const failed = 'Something went wrong on our side and nothing was changed. Try again in a minute.'
  const tell = async (): Promise<void> => {
    if (!isAnswered) await answer({ response_action: 'push', view: endModal('Settings', failed) })
  }
  await atBoundary(ports.log, { what: input.modal, tell }, async () => {
    const who = { tenantId: input.tenantId, slackUserId: submission.userId }
    if (input.modal === TUNE_PREVIEW_MODAL) await previewSent(ports, { who, submission, answer })
    else await sectionSent(ports, { who, submission, answer })
  })
}

interface Sent {
  readonly who: { readonly tenantId: string; readonly slackUserId: string }
  readonly submission: TuneSubmission
  readonly answer: (answer: ModalAnswer) => Promise<void>
}

async function sectionSent(ports: HandlerPorts, { who, submission, answer }: Sent): Promise<void> {
  const metadata = parseSectionMetadata(submission.metadata)
  if (metadata === null) throw new Error('A form of the settings came back without its section.')
  const outcome = await ports.useCases.tuning.draft({
    ...who,
    sectionId: metadata.section,
    baseVersion: metadata.version,
    texts: submission.texts,
  })
  if (outcome.kind === 'faults')
    return await answer({ response_action: 'errors', errors: { ...outcome.faults } })
  if (outcome.kind !== 'draft')
    return await answer({ response_action: 'push', view: endModal('Settings', draftSentence(outcome)) })
  const { teamUrl } = await ports.identity()
  await answer({ response_action: 'push', view: previewModal(outcome.preview, { teamUrl, trial: null }) })
  await lookBack(ports, { tenantId: who.tenantId, draftId: outcome.preview.draftId, teamUrl })
}

/** The past takes longer than Slack waits for an answer: the preview is shown first and completed then. */
async function lookBack(
  ports: HandlerPorts,
  draft: { readonly tenantId: string; readonly draftId: string; readonly teamUrl: string | null },
): Promise<void> {
  const preview = await ports.useCases.tuning.lookBack(draft)
  if (preview === null) return
  const view = previewModal(preview, { teamUrl: draft.teamUrl, trial: null })
  // Slack may still be at showing it.
  for (let attempt = 1; attempt <= SHOWN_TRIES_MAX; attempt += 1) {
    if ((await ports.talk.replaceModal(draft.draftId, view)) === 'updated') return
    await pause(SHOWN_WAIT_MS)
  }
}

async function previewSent(ports: HandlerPorts, { who, submission, answer }: Sent): Promise<void> {
  const draftId = parseDraftId(submission.metadata)
  const { reason } = submission
  if (draftId === null) throw new Error('A preview came back without its draft.')
  if (reason === '' || reason.length > REASON_CHARACTERS_MAX) {
    const words = `Write a reason of at most ${REASON_CHARACTERS_MAX} characters: it is recorded with the version.`
    return await answer({ response_action: 'errors', errors: { [REASON_BLOCK]: words } })
  }
  const outcome = await ports.useCases.tuning.save({ ...who, draftId, reason })
  await answer({ response_action: 'update', view: endModal('Settings', saveSentence(outcome)) })
  if (outcome.kind === 'proposed')
    await tellConfirmers(ports, {
      tenantId: who.tenantId,
      proposalId: outcome.proposal.id,
      confirmers: outcome.confirmers ?? [],
    })
}

/** A convenience: App Home and the settings list what waits, so a message that fails is logged and no more. */
async function tellConfirmers(
  ports: HandlerPorts,
  about: {
    readonly tenantId: string
    readonly proposalId: string
    readonly confirmers: readonly string[]
  },
): Promise<void> {
  for (const slackUserId of about.confirmers.slice(0, TOLD_MAX))
    await atBoundary(ports.log, { what: 'tell of a proposal', tell: null }, async () => {
      const desk = await ports.useCases.tuning.desk({ tenantId: about.tenantId, slackUserId })
      const open = desk.proposals.find(({ proposal }) => proposal.id === about.proposalId)
      if (open !== undefined)
        await ports.talk.tell({ userId: slackUserId, channel: null }, proposalMessage(open))
    })
}
