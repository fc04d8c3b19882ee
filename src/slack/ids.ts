/** Stable names that Slack hands back to us. Renaming one orphans the buttons of every card already posted. */

export const REVIEW_ACTIONS = {
  approve: 'review:approve',
  revoke: 'review:revoke',
  escalate: 'review:escalate',
  more: 'review:more',
} as const

/** Verbs of the overflow menu; an option's value is `verb:grantId`. */
export const MORE = { explain: 'explain', reopen: 'reopen' } as const

export const HOME_ACTIONS = {
  refresh: 'home:refresh',
  goLive: 'home:go-live',
  goShadow: 'home:go-shadow',
  explain: 'home:explain',
  openReview: 'home:open-review',
} as const

/** Beside an answer: what somebody thinks of it, the evidence behind it, the decision it prepared. */
export const ANSWER_ACTIONS = {
  feedback: 'answer:feedback',
  explain: 'answer:explain',
  explainSecond: 'answer:explain-2',
  explainThird: 'answer:explain-3',
  decide: 'answer:decide',
} as const

/** Slack takes no two buttons of one id in one row. */
export const EXPLAIN_ACTIONS: readonly string[] = [
  ANSWER_ACTIONS.explain,
  ANSWER_ACTIONS.explainSecond,
  ANSWER_ACTIONS.explainThird,
]

export const REASON_MODAL = 'decide-with-reason'
export const REASON_BLOCK = 'reason'
export const REASON_INPUT = 'reason-text'

/** Settings: the list of sections, one section, earlier versions, changes that wait for a second person. */
export const TUNE_ACTIONS = {
  open: 'tune:open',
  section: 'tune:section',
  versions: 'tune:versions',
  rollBack: 'tune:roll-back',
  confirm: 'tune:confirm',
  reject: 'tune:reject',
  tryPrompt: 'tune:try-prompt',
  tryFeeds: 'tune:try-feeds',
  testRun: 'tune:test-run',
} as const

export const TUNE_SECTION_MODAL = 'tune-section'
export const TUNE_PREVIEW_MODAL = 'tune-preview'

export const COMMAND = '/grants'

/** Event types of message metadata: the live card, and a surplus one that was neutralised. */
export const CARD_METADATA = 'countersign_review'
export const SURPLUS_METADATA = 'countersign_surplus'
