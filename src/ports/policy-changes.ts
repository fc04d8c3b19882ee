import type { Policy } from '../domain/policy.ts'
import type { PolicyProposal } from '../domain/policy-proposal.ts'

/** Changes of the policy on their way: typed, or waiting for a second person. */

export interface Proposals {
  insert(proposal: PolicyProposal): Promise<void>
  find(tenantId: string, id: string): Promise<PolicyProposal | null>
  /** Undecided and not expired, newest first. */
  waiting(query: { tenantId: string; now: number; limit: number }): Promise<readonly PolicyProposal[]>
  /** False when it is decided already. */
  decide(decision: {
    tenantId: string
    id: string
    state: 'confirmed' | 'rejected'
    by: string
    at: number
  }): Promise<boolean>
}

/** A section as somebody typed it, between the form and its preview. */
export interface PolicyDraft {
  readonly author: string
  readonly baseVersion: number
  readonly policy: Policy
  /** So many past grants that people revoked would pass unseen; null until that was looked at. */
  readonly reversed: number | null
}

export interface PolicyDrafts {
  keep(tenantId: string, id: string, draft: PolicyDraft): Promise<void>
  find(tenantId: string, id: string): Promise<PolicyDraft | null>
  drop(tenantId: string, id: string): Promise<void>
}
