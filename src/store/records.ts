import type { Kysely } from 'kysely'
import type { Records } from '../ports.ts'
import { createAssessmentQueue } from './assessment-queue.ts'
import { createAssessments } from './assessments.ts'
import { createBacktestCases } from './backtest-cases.ts'
import { createCalibrations } from './calibrations.ts'
import { createCards } from './cards.ts'
import { createChain } from './chain.ts'
import { createClicks } from './clicks.ts'
import { createDecisions } from './decisions.ts'
import { createFeeds } from './feeds.ts'
import { createGrantSearch } from './grant-search.ts'
import { createHistory } from './history.ts'
import { createLeases } from './leases.ts'
import { createLedger } from './ledger.ts'
import { createOutbox } from './outbox.ts'
import { createPolicies } from './policies.ts'
import { createProposals } from './proposals.ts'
import { createReviews } from './reviews.ts'
import { createRuns } from './runs.ts'
import type { Schema } from './schema.ts'
import { createTenants } from './tenants.ts'

export function createRecords(db: Kysely<Schema>): Records {
  return {
    ledger: createLedger(db),
    queue: createAssessmentQueue(db),
    assessments: createAssessments(db),
    backtestCases: createBacktestCases(db),
    reviews: createReviews(db),
    decisions: createDecisions(db),
    cards: createCards(db),
    clicks: createClicks(db),
    chain: createChain(db),
    outbox: createOutbox(db),
    policies: createPolicies(db),
    proposals: createProposals(db),
    feeds: createFeeds(db),
    runs: createRuns(db),
    leases: createLeases(db),
    tenants: createTenants(db),
    history: createHistory(db),
    calibrations: createCalibrations(db),
    search: createGrantSearch(db),
  }
}
