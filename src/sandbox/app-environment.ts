import { SANDBOX_AXIOM_TOKEN } from './axiom/axiom.ts'
import { SANDBOX_MODEL_KEY, SANDBOX_MODELS } from './model/model.ts'
import { GITHUB_DATASET } from './samples/github-event.ts'
import { OKTA_DATASET } from './samples/okta-event.ts'
import { APP_TOKEN, BOT_TOKEN } from './slack/cast.ts'

export const REVIEW_DATASET = 'grant-reviews'
export const FEED_DATASETS: readonly string[] = [OKTA_DATASET, GITHUB_DATASET]

/** The keys of a world that holds sample data only: fixed, so that a stopped world can be started again. */
export const SANDBOX_WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 'countersign').toString('base64')}`
const CHAIN_KEY = 'sandbox-chain-key-of-sample-data-only'
const ENCRYPTION_KEY = 'sandbox-encryption-key-of-sample-data-only'

/** The app's whole environment: like a live one, with every address pointing at the world. */
export function appEnvironment(world: {
  readonly url: string
  readonly databaseUrl: string
  readonly clockFile: string
  readonly more: Readonly<Record<string, string>>
}): Record<string, string> {
  const { url } = world
  return {
    SLACK_APP_TOKEN: APP_TOKEN,
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_API_URL: `${url}/slack/api/`,
    AXIOM_TOKEN: SANDBOX_AXIOM_TOKEN,
    AXIOM_URL: url,
    AXIOM_EDGE_URL: url,
    FEEDS: `okta:${OKTA_DATASET},github:${GITHUB_DATASET}`,
    AXIOM_REVIEW_DATASET: REVIEW_DATASET,
    OPENAI_API_KEY: SANDBOX_MODEL_KEY,
    OPENAI_BASE_URL: `${url}/openai/v1`,
    OPENAI_SCORING_MODEL: SANDBOX_MODELS.scoring,
    OPENAI_ANALYST_MODEL: SANDBOX_MODELS.analyst,
    DATABASE_URL: world.databaseUrl,
    REVIEW_CHANNEL: 'C0REVIEW',
    ESCALATION_CHANNEL: 'C0ESCALATE',
    REVIEWERS: 'U0MAYA,U0DEV,U0SOFIA',
    POLICY_ADMINS: 'U0MAYA',
    DECISION_WEBHOOK_URL: `${url}/webhook`,
    DECISION_WEBHOOK_SECRET: SANDBOX_WEBHOOK_SECRET,
    SCHEDULE: '*/2 * * * * *',
    TIMEZONE: 'Europe/Berlin',
    MODE: 'live',
    CHAIN_KEY,
    ENCRYPTION_KEY,
    CLOCK_OFFSET_FILE: world.clockFile,
    COMPANY_DOMAINS: 'northwind.example',
    LOG_LEVEL: 'warn',
    ...world.more,
  }
}

/** The datasets that a FEEDS value names, so that a caller's own feeds have something to read. */
export function datasetsOf(feeds: string): readonly string[] {
  return feeds.split(',').flatMap((feed) => {
    const dataset = feed.split(':')[1]?.trim()
    return dataset === undefined || dataset === '' ? [] : [dataset]
  })
}
