import { WebClient } from '@slack/web-api'
import type { Directory, Log, ReviewDesk } from '../ports.ts'
import { createDirectory } from './directory.ts'
import { askIdentity, type SlackIdentity } from './identity.ts'
import { createReviewDesk } from './review-desk.ts'
import { missingScopes, type Scope } from './scopes.ts'
import { createSlackApi, type SlackApi, sdkLogger } from './slack-api.ts'
import { isRefusal, slackError } from './slack-error.ts'

const CHECK_TIMEOUT_MS = 10_000

export interface SlackGatewayOptions {
  readonly botToken: string
  readonly apiUrl: string
  readonly log: Log
}

export type ChannelStanding = 'member' | 'not-a-member' | 'not-found' | 'unknown'

export interface SlackCheck {
  readonly identity: SlackIdentity
  /** Scopes that the manifest asks for and the workspace has not granted; null when Slack did not say. */
  readonly missing: readonly { readonly scope: Scope; readonly why: string }[] | null
  /** Null when the app token may open connections, else what Slack said. */
  readonly appTokenFault: string | null
  readonly channels: readonly { readonly id: string; readonly standing: ChannelStanding }[]
}

/** The way out to Slack: everything but listening, so that workflows can have it before there are listeners. */
export interface SlackGateway {
  readonly options: SlackGatewayOptions
  readonly api: SlackApi
  readonly desk: ReviewDesk
  readonly directory: Directory
  /** Asked once and remembered; asked again after a failure. */
  identity(): Promise<SlackIdentity>
  /** The workspace or organisation that the bot token belongs to. */
  teamId(): Promise<string>
  /** What doctor wants to know. Throws an UpstreamError when the bot token itself does not work. */
  check(wanted: { readonly appToken: string; readonly channels: readonly string[] }): Promise<SlackCheck>
}

export function createSlackGateway(options: SlackGatewayOptions): SlackGateway {
  const api = createSlackApi(options)
  let known: Promise<SlackIdentity> | null = null
  const identity = async (): Promise<SlackIdentity> => {
    known ??= askIdentity(api)
    try {
      return await known
    } catch (error) {
      known = null
      throw error
    }
  }
  return {
    options,
    api,
    identity,
    desk: createReviewDesk({ api, identity }),
    directory: createDirectory({ api, identity }),
    teamId: async () => (await identity()).workspaceId,
    async check({ appToken, channels }) {
      // Afresh: doctor must not repeat what was true at start.
      const self = await askIdentity(api)
      const standings = []
      for (const id of channels) standings.push({ id, standing: await standingIn(api, id) })
      return {
        identity: self,
        missing: self.scopes === null ? null : missingScopes(self.scopes),
        appTokenFault: await appTokenFault(options, appToken),
        channels: standings,
      }
    },
  }
}

/** Reading a channel's history needs membership, and no scope beyond those we have. */
async function standingIn(api: SlackApi, channel: string): Promise<ChannelStanding> {
  try {
    await api.call('steady', 'conversations.history', { channel, limit: 1 })
    return 'member'
  } catch (error) {
    if (isRefusal(error, 'not_in_channel')) return 'not-a-member'
    // A private channel that we are not in looks to us as if it did not exist.
    if (isRefusal(error, 'channel_not_found', 'is_archived')) return 'not-found'
    if (isRefusal(error, 'missing_scope')) return 'unknown'
    throw error
  }
}

async function appTokenFault({ apiUrl, log }: SlackGatewayOptions, appToken: string): Promise<string | null> {
  const client = new WebClient(appToken, {
    slackApiUrl: apiUrl,
    logger: sdkLogger(log),
    rejectRateLimitedCalls: true,
    timeout: CHECK_TIMEOUT_MS,
    retryConfig: { retries: 0 },
  })
  try {
    await client.apiCall('apps.connections.open')
    return null
  } catch (error) {
    return slackError(error, 'apps.connections.open').message
  }
}
