import { isPinned } from '../../domain/policy-pins.ts'
import { atBoundary, type HandlerPorts } from '../boundary.ts'
import { TUNE_ACTIONS } from '../ids.ts'
import type { Press } from '../payloads.ts'
import { parseDraftId } from '../tune-payloads.ts'
import { endModal, previewModal } from '../views/tune-modals.ts'
import { type Trial, testRunModal, testRunning } from '../views/tune-trial.ts'

interface TrialPress {
  readonly tenantId: string
  readonly press: Press
}

/** Tries a draft on real events, or asks the model about a sample, and shows how far it is in the preview itself. */
export async function tryDraft(ports: HandlerPorts, { tenantId, press }: TrialPress): Promise<void> {
  const draftId = parseDraftId(press.value)
  if (draftId === null) return
  const { tuning } = ports.useCases
  const query = { tenantId, slackUserId: press.userId, draftId }
  const preview = await tuning.lookBack(query)
  if (preview === null) return
  const { teamUrl } = await ports.identity()
  const show = async (trial: Trial): Promise<void> => {
    await ports.talk.replaceModal(draftId, previewModal(preview, { teamUrl, trial }))
  }
  await inModal(ports, { what: press.actionId, externalId: draftId }, async () => {
    if (press.actionId === TUNE_ACTIONS.tryFeeds) {
      await show({ kind: 'running', words: 'Reading events…' })
      const result = await tuning.tryFeeds(query)
      if (result !== null) await show({ kind: 'compared', result })
      return
    }
    await show({ kind: 'running', words: 'Asking the model…' })
    const result = await tuning.tryPrompt({
      ...query,
      progress: (done, of) =>
        show({ kind: 'running', words: `Asking the model: ${done} of ${of} answered…` }),
    })
    if (result !== null) await show({ kind: 'rescored', result })
  })
}

/** Work whose failure is told in the modal that waits for it. */
async function inModal(
  ports: HandlerPorts,
  about: { readonly what: string; readonly externalId: string },
  work: () => Promise<void>,
): Promise<void> {
  const tell = async (): Promise<void> => {
    const words = 'This could not be tried: Axiom or the model did not answer. Nothing was changed.'
    const view = { ...endModal('Not tried', words), external_id: about.externalId }
    await ports.talk.replaceModal(about.externalId, view)
  }
  await atBoundary(ports.log, { what: about.what, tell }, work)
}

/** One run over real events without any trace; what it came to is shown with the way to go live. */
export async function runTest(ports: HandlerPorts, { tenantId, press }: TrialPress): Promise<void> {
  const who = { tenantId, slackUserId: press.userId }
  const externalId = `test-run-${press.userId}-${ports.clock.now()}`
  await ports.talk.openModal(press.triggerId, testRunning(externalId, 'Beginning…'))
  const { tuning } = ports.useCases
  await inModal(ports, { what: press.actionId, externalId }, async () => {
    const run = await tuning.testRun({
      ...who,
      async progress(words) {
        await ports.talk.replaceModal(externalId, testRunning(externalId, words))
      },
    })
    if (run === null) {
      const only = {
        ...endModal('Test run', 'Only policy admins can make a test run.'),
        external_id: externalId,
      }
      await ports.talk.replaceModal(externalId, only)
      return
    }
    const { current, pins } = await tuning.desk(who)
    const mayGoLive = current.policy.mode === 'shadow' && !isPinned(pins, 'mode')
    await ports.talk.replaceModal(externalId, testRunModal(externalId, run, { mayGoLive }))
  })
}
