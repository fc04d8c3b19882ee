import { createHash } from 'node:crypto'
import { isTimeZone, type Policy } from './domain/policy.ts'
import type { FeedSetting, PolicySeed } from './domain/policy-seed.ts'
import { PRESET_NAMES, presetNamed } from './domain/presets/registry.ts'
import { webhookSecretFault } from './domain/webhook-signature.ts'

/** One thing wrong with the environment, and what to do about it. */
export interface ConfigFault {
  readonly variable: string
  readonly sentence: string
}

export interface SlackSettings {
  readonly appToken: string
  readonly botToken: string
  readonly apiUrl: string
}

export interface AxiomSettings {
  readonly token: string
  readonly url: string | null
  readonly edgeUrl: string | null
  readonly organisationId: string | null
  readonly reviewDataset: string
}

export interface ModelSettings {
  readonly apiKey: string
  readonly baseUrl: string | null
  readonly api: 'responses' | 'chat'
}

export interface Config {
  readonly slack: SlackSettings | null
  readonly axiom: AxiomSettings | null
  readonly model: ModelSettings | null
  readonly webhook: { readonly url: string; readonly secret: string } | null
  readonly databaseUrl: string
  readonly schedule: string
  readonly timezone: string
  /** Pins the mode when set. */
  readonly mode: Policy['mode'] | null
  readonly policyFile: string | null
  readonly chainKey: string | null
  readonly encryptionKey: string | null
  readonly clockOffsetFile: string | null
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** What the environment says of the policy; the store's own versions win after the first start. */
  readonly seed: PolicySeed
}

export type Environment = Readonly<Record<string, string | undefined>>

export type ConfigResult =
  | { readonly kind: 'sandbox' }
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'faults'; readonly faults: readonly ConfigFault[] }

const SLACK_NAMES = ['SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN'] as const
const AXIOM_NAMES = ['AXIOM_TOKEN'] as const
const KEY_LENGTH_MIN = 16
const SLACK_URL = 'https://slack.com/api/'

/** The one place where the process's environment is read. */
export const processEnvironment = (): Environment => process.env

/** Reads the environment once; every fault is reported, none alone. Nothing Slack or Axiom set: the sandbox. */
export function readConfig(env: Environment, options: { readonly live: boolean }): ConfigResult {
  const faults: ConfigFault[] = []
  const read = reader(env, faults)
  const named = [...SLACK_NAMES, ...AXIOM_NAMES].filter((name) => read.text(name) !== null)
  if (named.length === 0 && !options.live) return { kind: 'sandbox' }
  for (const name of [...SLACK_NAMES, ...AXIOM_NAMES])
    if (read.text(name) === null) faults.push({ variable: name, sentence: missing(name) })
  const mode = read.oneOf('MODE', ['shadow', 'live'])
  const zone = timezone(read, faults)
  const config: Config = {
    slack: slackSettings(read),
    axiom: axiomSettings(read),
    model: modelSettings(read),
    webhook: webhookSettings(read, faults),
    databaseUrl: databaseUrl(read, faults),
    schedule: schedule(read, faults),
    timezone: zone,
    mode,
    policyFile: read.text('POLICY_FILE'),
    chainKey: read.key('CHAIN_KEY'),
    encryptionKey: read.key('ENCRYPTION_KEY'),
    clockOffsetFile: clockOffsetFile(read, faults, options.live),
    logLevel: read.oneOf('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'silent']) ?? 'info',
    seed: { ...seed(read, faults), mode, timezone: zone },
  }
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'config', config: Object.freeze(config) }
}

/** What is needed to read Axiom and the model only, as dry runs and verification do. */
export function readPartialConfig(
  env: Environment,
  needs: readonly (typeof AXIOM_NAMES)[number][],
): ConfigResult {
  const faults: ConfigFault[] = []
  for (const name of needs)
    if (reader(env, []).text(name) === null) faults.push({ variable: name, sentence: missing(name) })
  const filled = { SLACK_APP_TOKEN: 'xapp-unused', SLACK_BOT_TOKEN: 'xoxb-unused', AXIOM_TOKEN: 'unused' }
  const result = readConfig({ ...filled, ...withoutEmpty(env) }, { live: false })
  if (result.kind !== 'config') return result
  if (faults.length > 0) return { kind: 'faults', faults }
  const has = (name: string) => (env[name] ?? '').trim() !== ''
  const { slack, axiom } = result.config
  return {
    kind: 'config',
    config: {
      ...result.config,
      slack: SLACK_NAMES.every(has) ? slack : null,
      axiom: AXIOM_NAMES.every(has) ? axiom : null,
    },
  }
}

function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => (value ?? '').trim() !== ''))
}

const WHERE: Readonly<Record<string, string>> = {
  SLACK_APP_TOKEN:
    'create an app-level token with connections:write under Basic Information (it begins with xapp-)',
  SLACK_BOT_TOKEN:
    'install the app from manifest.json and copy the bot token under OAuth & Permissions (xoxb-)',
  AXIOM_TOKEN:
    'create an API token with query on the audit datasets and ingest and query on the review dataset',
}

function missing(name: string): string {
  return `${name} is not set; ${WHERE[name] ?? 'set it'}. Unset all Slack and Axiom variables to run the sandbox.`
}

interface Reader {
  text(name: string): string | null
  url(name: string): string | null
  oneOf<const T extends string>(name: string, choices: readonly T[]): T | null
  integer(
    name: string,
    bounds: { readonly min: number; readonly max: number; readonly otherwise: number },
  ): number
  list(name: string): readonly string[]
  key(name: string): string | null
  matching(name: string, pattern: RegExp, what: string): string | null
}

function reader(env: Environment, faults: ConfigFault[]): Reader {
  const text = (name: string): string | null => {
    const value = env[name]?.trim()
    return value === undefined || value === '' ? null : value
  }
  const fault = (variable: string, sentence: string): null => {
    faults.push({ variable, sentence })
    return null
  }
  return {
    text,
    url(name) {
      const value = text(name)
      if (value === null) return null
      const parsed = URL.canParse(value) ? new URL(value) : null
      if (parsed === null || !/^https?:$/.test(parsed.protocol))
        return fault(name, `${name} is not a web address; write it whole, such as https://example.com.`)
      return value
    },
    oneOf(name, choices) {
      const value = text(name)
      if (value === null) return null
      const found = choices.find((choice) => choice === value)
      return found ?? fault(name, `${name} is "${clip(value)}"; use one of ${choices.join(', ')}.`)
    },
    integer(name, { min, max, otherwise }) {
      const value = text(name)
      if (value === null) return otherwise
      const number = Number(value)
      if (Number.isSafeInteger(number) && number >= min && number <= max) return number
      fault(name, `${name} is "${clip(value)}"; use a whole number from ${min} to ${max}.`)
      return otherwise
    },
    list: (name) =>
      (text(name) ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])),
    key(name) {
      const value = text(name)
      if (value === null || value.length >= KEY_LENGTH_MIN) return value
      return fault(
        name,
        `${name} is too short; use at least ${KEY_LENGTH_MIN} characters, e.g. from: openssl rand -base64 32.`,
      )
    },
    matching(name, pattern, what) {
      const value = text(name)
      if (value === null || pattern.test(value)) return value
      return fault(name, `${name} does not look right; it must be ${what}.`)
    },
  }
}

function clip(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}...` : value
}

function slackSettings(read: Reader): SlackSettings | null {
  const appToken = read.matching('SLACK_APP_TOKEN', /^xapp-/, 'an app-level token that begins with xapp-')
  const botToken = read.matching('SLACK_BOT_TOKEN', /^xoxb-/, 'a bot token that begins with xoxb-')
  const apiUrl = read.url('SLACK_API_URL') ?? SLACK_URL
  if (appToken === null || botToken === null) return null
  return { appToken, botToken, apiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }
}

function axiomSettings(read: Reader): AxiomSettings | null {
  const token = read.text('AXIOM_TOKEN')
  const url = read.url('AXIOM_URL')
  const edgeUrl = read.url('AXIOM_EDGE_URL')
  const reviewDataset =
    read.matching('AXIOM_REVIEW_DATASET', /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'an Axiom dataset name') ??
    'grant-reviews'
  return token === null
    ? null
    : { token, url, edgeUrl, organisationId: read.text('AXIOM_ORG_ID'), reviewDataset }
}

function modelSettings(read: Reader): ModelSettings | null {
  const apiKey = read.text('OPENAI_API_KEY')
  const baseUrl = read.url('OPENAI_BASE_URL')
  const api = read.oneOf('OPENAI_API', ['responses', 'chat']) ?? 'responses'
  return apiKey === null ? null : { apiKey, baseUrl, api }
}

function webhookSettings(read: Reader, faults: ConfigFault[]): Config['webhook'] {
  const url = read.url('DECISION_WEBHOOK_URL')
  const secret = read.text('DECISION_WEBHOOK_SECRET')
  if (read.text('DECISION_WEBHOOK_URL') === null && secret === null) return null
  if (secret === null) {
    faults.push({
      variable: 'DECISION_WEBHOOK_SECRET',
      sentence:
        'DECISION_WEBHOOK_SECRET is not set, but DECISION_WEBHOOK_URL is; set it to whsec_ and 24 to 64 bytes in base64, as your receiver has it.',
    })
    return null
  }
  const wrong = webhookSecretFault(secret)
  if (wrong !== null)
    faults.push({ variable: 'DECISION_WEBHOOK_SECRET', sentence: `DECISION_WEBHOOK_SECRET: ${wrong}` })
  if (read.text('DECISION_WEBHOOK_URL') === null)
    faults.push({
      variable: 'DECISION_WEBHOOK_URL',
      sentence:
        'DECISION_WEBHOOK_URL is not set, but DECISION_WEBHOOK_SECRET is; set the address that receives decisions, or unset the secret.',
    })
  return url === null ? null : { url, secret }
}

function databaseUrl(read: Reader, faults: ConfigFault[]): string {
  const value = read.text('DATABASE_URL') ?? 'sqlite:./data/countersign.db'
  if (!/^(sqlite:.+|postgres(ql)?:\/\/.+)/.test(value))
    faults.push({
      variable: 'DATABASE_URL',
      sentence: 'DATABASE_URL must begin with sqlite: and a path, or be a postgres:// address.',
    })
  return value
}

function schedule(read: Reader, faults: ConfigFault[]): string {
  const value = read.text('SCHEDULE') ?? '* * * * *'
  const fields = value.split(/\s+/)
  if (
    (fields.length !== 5 && fields.length !== 6) ||
    fields.some((field) => !/^[\dA-Za-z*,/-]+$/.test(field))
  )
    faults.push({
      variable: 'SCHEDULE',
      sentence: `SCHEDULE is "${clip(value)}"; use a cron expression such as */5 * * * * (every five minutes).`,
    })
  return value
}

function timezone(read: Reader, faults: ConfigFault[]): string {
  const value = read.text('TIMEZONE') ?? 'UTC'
  if (!isTimeZone(value))
    faults.push({
      variable: 'TIMEZONE',
      sentence: `TIMEZONE is "${clip(value)}"; use an IANA name such as Europe/Berlin.`,
    })
  return value
}

function clockOffsetFile(read: Reader, faults: ConfigFault[], live: boolean): string | null {
  const file = read.text('CLOCK_OFFSET_FILE')
  if (file !== null && live)
    faults.push({
      variable: 'CLOCK_OFFSET_FILE',
      sentence: 'CLOCK_OFFSET_FILE is for tests and the sandbox and is refused with --live; unset it.',
    })
  return file
}

function seed(read: Reader, faults: ConfigFault[]): Omit<PolicySeed, 'mode' | 'timezone'> {
  const model = read.text('OPENAI_API_KEY')
  const scoringModel = read.text('OPENAI_SCORING_MODEL')
  const scorer = read.oneOf('SCORER', ['model', 'rules']) ?? (model === null ? 'rules' : 'model')
  if (scorer === 'model' && model === null)
    faults.push({
      variable: 'OPENAI_API_KEY',
      sentence:
        'SCORER is model, but OPENAI_API_KEY is not set; set the key, or set SCORER=rules to run without a model.',
    })
  if (scorer === 'model' && model !== null && scoringModel === null)
    faults.push({
      variable: 'OPENAI_SCORING_MODEL',
      sentence:
        'OPENAI_API_KEY is set, but no model is chosen; set OPENAI_SCORING_MODEL to the id of a model your key may use (your provider lists them), or set SCORER=rules to run without one.',
    })
  const member = /^[UWS][A-Z0-9]{2,20}$/
  const members = (name: string) => {
    const all = read.list(name)
    for (const wrong of all.filter((id) => !member.test(id)))
      faults.push({
        variable: name,
        sentence: `${name} holds "${clip(wrong)}"; use Slack user ids (U...) or user group ids (S...), separated by commas: a profile's menu has "Copy member ID".`,
      })
    return all.filter((id) => member.test(id))
  }
  const channel = (name: string) =>
    read.matching(
      name,
      /^[CG][A-Z0-9]{2,20}$/,
      'a Slack channel id such as C0123456789 (at the foot of the channel details)',
    )
  return {
    feeds: feedSettings(read, faults).map((feed) => ({ ...feed, id: feedIdOf(feed) })),
    reviewChannel: channel('REVIEW_CHANNEL'),
    escalationChannel: channel('ESCALATION_CHANNEL'),
    reviewers: members('REVIEWERS'),
    policyAdmins: members('POLICY_ADMINS'),
    companyDomains: read.list('COMPANY_DOMAINS').map((domain) => domain.toLowerCase()),
    scorer,
    scoringModel,
    analystModel: read.text('OPENAI_ANALYST_MODEL'),
    historyDays: read.integer('HISTORY_DAYS', { min: 1, max: 3_650, otherwise: 90 }),
    learningDays: read.integer('LEARNING_DAYS', { min: 0, max: 365, otherwise: 14 }),
  }
}

function feedSettings(read: Reader, faults: ConfigFault[]): readonly FeedSetting[] {
  const feeds: FeedSetting[] = []
  for (const text of read.list('FEEDS')) {
    const [preset, dataset, prefix, ...more] = text.split(':').map((part) => part.trim())
    const right = preset && dataset && more.length === 0 && /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(dataset)
    if (!right) {
      faults.push({
        variable: 'FEEDS',
        sentence: `FEEDS holds "${clip(text)}"; write preset:dataset or preset:dataset:prefix, e.g. okta:okta-logs,github:github-audit.`,
      })
      continue
    }
    // A policy file may describe the source; whether it does shows when the file is read.
    if (presetNamed(preset) === null && read.text('POLICY_FILE') === null) {
      faults.push({
        variable: 'FEEDS',
        sentence: `FEEDS names the preset "${clip(preset)}", which there is not; use one of ${PRESET_NAMES.join(', ')}, or describe the source in the customPresets of a POLICY_FILE.`,
      })
      continue
    }
    feeds.push({ preset, dataset, prefix: prefix || null })
  }
  return feeds
}

/** A stable, readable id for a feed that the environment names. */
export function feedIdOf(feed: FeedSetting): string {
  const plain = `${feed.preset}-${feed.dataset}${feed.prefix === null ? '' : `-${feed.prefix}`}`
  const slug = plain.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-')
  if (slug === plain && slug.length <= 80) return slug
  // Two names that differ only in what the slug loses must not become one feed.
  return `${slug.slice(0, 70)}-${createHash('sha256').update(plain).digest('hex').slice(0, 8)}`
}
