import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ModalView } from '@slack/types'
import fc from 'fast-check'
import { type Policy, policySchema } from '../../../src/domain/policy.ts'
import { POLICY_SECTIONS } from '../../../src/domain/policy-sections.ts'
import { parseTuneSubmission } from '../../../src/slack/tune-payloads.ts'
import {
  endModal,
  previewModal,
  proposalMessage,
  sectionModal,
  tuneModal,
  versionsModal,
} from '../../../src/slack/views/tune-modals.ts'
import { saveSentence } from '../../../src/slack/views/tune-words.ts'
import type { Preview } from '../../../src/workflows/policy-preview.ts'
import type { OpenProposal, TuneDesk } from '../../../src/workflows/tune-policy.ts'
import { aGrant, NOW, TEAM_URL } from '../support/builders.ts'
import { assertMessageFits, assertViewFits, textsIn } from '../support/fits.ts'
import { hostileText } from '../support/hostile.ts'

function aDesk(policy: Policy = policySchema.parse({}), parts: Partial<TuneDesk> = {}): TuneDesk {
  const version = { tenantId: 't', version: 3, policy, author: 'U0MAYA', reason: 'Why not', savedAt: NOW }
  return {
    current: version,
    mayEdit: true,
    pins: {},
    secrets: [{ name: 'AXIOM_TOKEN', isSet: true }],
    proposals: [],
    ...parts,
  }
}

function anOpenProposal(text: string, many = 1): OpenProposal {
  return {
    proposal: {
      ...{ tenantId: 't', id: 'p-1', baseVersion: 3, policy: policySchema.parse({}), author: 'U0MAYA' },
      ...{ reason: text || 'x', proposedAt: NOW, expiresAt: NOW + 1, state: 'waiting' },
      ...{ decidedBy: null, decidedAt: null },
    },
    changes: Array.from({ length: many }, () => text),
    loosenings: Array.from({ length: many }, () => ({ setting: 'thresholds.medium', what: text })),
    mayConfirm: true,
    mayReject: true,
  }
}

function aPreview(text: string, many = 1): Preview {
  const flagged = { low: 0, medium: 2, high: 1 }
  const grant = aGrant({
    grantee: { id: text || 'x', email: null, name: text, type: 'user' },
    role: { id: 'r', name: text || 'x', tier: 'T0', scope: '*' },
  })
  const flip = {
    grantId: 'abc',
    code: 'G-ABC',
    grant,
    decided: 'revoke',
    alreadyInForce: false,
    before: { band: 'medium', isFlagged: true, disposition: 'review', floor: 'standing_t0' },
    after: { band: 'low', isFlagged: false, disposition: 'auto_resolved', floor: null },
  } as const
  return {
    draftId: 'd-1',
    baseVersion: 3,
    changes: Array.from({ length: many }, () => text),
    loosenings: [{ setting: 'thresholds.medium', what: text }],
    needsSecond: true,
    confirmers: Array.from({ length: many }, () => 'U0DEV'),
    past: {
      report: {
        ...{ grants: 9, before: flagged, after: flagged, letThrough: 1, newlyAsked: 0, undoesRevokes: 1 },
        bySource: Array.from({ length: many }, () => ({ source: text, before: flagged, after: flagged })),
        flips: Array.from({ length: Math.min(100, many * 10) }, () => flip),
        ...{ flipsTotal: 1_000, since: NOW, isComplete: true },
      },
      cards: new Map(),
    },
    trials: { rescore: { questions: 20, tokens: 60_000 }, feeds: true },
  }
}

/** As much of everything as the schema takes. */
function hugePolicy(text: string): Policy {
  const word = text.replaceAll('\n', ' ').trim().slice(0, 150) || 'x'
  const many = <T>(item: (index: number) => T, length = 500) =>
    Array.from({ length }, (_, index) => item(index))
  return policySchema.parse({
    feeds: many((index) => ({
      ...{ id: `feed-${index}`, preset: 'okta', dataset: 'okta-logs' },
      conditions: [{ field: word, op: 'in', values: [word, word] }],
    })),
    exceptions: many((index) => ({
      ...{ id: `ex-${index}`, grantee: word, reason: word, owner: word, expiresAt: '2027-01-01T00:00:00Z' },
    })),
    roles: { breakGlass: many(() => word), tiers: many(() => ({ role: word, tier: 'T1' })) },
    identities: { aliases: many(() => ({ person: word, identities: [word] })) },
    people: { reviewers: many((index) => `U0${index}X`), readers: many((index) => `S0${index}X`) },
    prompts: { scoring: `${word} `.repeat(40).slice(0, 7_990), analyst: 'x'.repeat(8_000) },
    deadlines: { holidays: many(() => '2026-12-25') },
  })
}

function snapshot(t: TestContext, view: ModalView): void {
  assertViewFits(view)
  t.assert.snapshot(view)
}

test('the settings list their sections, what waits, and what the environment holds', (t) => {
  snapshot(
    t,
    tuneModal(
      aDesk(policySchema.parse({}), { proposals: [anOpenProposal('floors.self_grant: high → low')] }),
    ),
  )
})

test('a section shows each value with its help and default, and what is pinned as text', (t) => {
  const [section] = POLICY_SECTIONS
  assert.ok(section !== undefined)
  const desk = aDesk(policySchema.parse({ thresholds: { medium: 40 } }), {
    pins: { thresholds: { high: 70 } },
  })
  const view = sectionModal(desk, section)
  assert.match(textsIn(view.blocks).join('\n'), /High from\* _\(pinned by MODE or POLICY_FILE\)_/)
  snapshot(t, view)
})

test('a preview says what changes, what that loosens and what it would have made of the past', (t) => {
  snapshot(t, previewModal(aPreview('thresholds.medium: 35 → 60'), { teamUrl: TEAM_URL, trial: null }))
})

test('a section that is pinned whole, or read by somebody else, is no form', () => {
  for (const section of POLICY_SECTIONS) {
    const pins = Object.fromEntries(section.fields.map(({ path }) => [path.split('.')[0] ?? '', true]))
    for (const desk of [aDesk(undefined, { pins }), aDesk(undefined, { mayEdit: false })]) {
      const view = sectionModal(desk, section)
      assert.equal(view.submit, undefined)
      assert.ok(view.blocks.every((block) => block.type !== 'input'))
      assertViewFits(view)
    }
  }
})

test('whatever is in the policy and however much, every view is one that Slack takes', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const policy = hugePolicy(text)
      for (const mayEdit of [true, false])
        for (const section of POLICY_SECTIONS)
          assertViewFits(sectionModal(aDesk(policy, { mayEdit }), section))
      const proposals = Array.from({ length: 10 }, () => anOpenProposal(text, 60))
      assertViewFits(tuneModal(aDesk(policy, { proposals })))
      assertMessageFits(proposalMessage(anOpenProposal(text, 60)))
      assertViewFits(previewModal(aPreview(text, 60), { teamUrl: TEAM_URL, trial: null }))
      const version = { ...aDesk(policy).current, reason: text, author: text }
      const versions = Array.from({ length: 10 }, () => ({ version, changes: Array(60).fill(text) }))
      assertViewFits(versionsModal(aDesk(policy), versions))
      const meanwhile = { current: version, changes: Array.from({ length: 60 }, () => text) }
      assertViewFits(endModal('Settings', saveSentence({ kind: 'stale', meanwhile })))
    }),
    { numRuns: 15 },
  )
})

/** What Slack sends back when nobody touched anything. */
function untouched(view: ModalView) {
  const values = Object.fromEntries(
    view.blocks.flatMap((block) => {
      if (!('element' in block) || block.block_id === undefined) return []
      const { element } = block
      const state =
        element.type === 'plain_text_input'
          ? { value: element.initial_value ?? null }
          : element.type === 'static_select'
            ? { selected_option: element.initial_option ?? null }
            : element.type === 'checkboxes'
              ? { selected_options: element.initial_options ?? [] }
              : element.type === 'multi_users_select'
                ? { selected_users: element.initial_users ?? [] }
                : { selected_conversation: null }
      return [[block.block_id, { [block.block_id]: { type: element.type, ...state } }]]
    }),
  )
  return { user: { id: 'U0MAYA' }, view: { private_metadata: '', state: { values } } }
}

test('a long text comes back from its several inputs as it was', () => {
  for (const line of ['short', 'x'.repeat(2_999), 'x'.repeat(3_000)]) {
    const scoring = Array.from({ length: Math.floor(7_900 / (line.length + 1)) }, () => line).join('\n')
    for (const text of [scoring, 'y'.repeat(8_000)]) {
      const policy = policySchema.parse({ prompts: { scoring: text } })
      const section = POLICY_SECTIONS.find(({ id }) => id === 'scoring')
      assert.ok(section !== undefined)
      const submission = parseTuneSubmission(untouched(sectionModal(aDesk(policy), section)))
      assert.equal(submission?.texts['prompts.scoring'], text)
    }
  }
})
