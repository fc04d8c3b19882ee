import { z } from 'zod'
import type { SlackApi } from './slack-api.ts'

/** Who we are in Slack, as our token says. */
export interface SlackIdentity {
  /** The workspace, or the organisation for an organisation-wide install: what a tenant is mapped to. */
  readonly workspaceId: string
  readonly teamId: string | null
  readonly enterpriseId: string | null
  readonly teamName: string
  readonly teamUrl: string
  readonly botUserId: string
  readonly botId: string | null
  /** Null when Slack did not say. */
  readonly scopes: ReadonlySet<string> | null
}

const answer = z.looseObject({
  url: z.string().default(''),
  team: z.string().default(''),
  team_id: z.string().nullish(),
  user_id: z.string(),
  bot_id: z.string().nullish(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().nullish(),
  response_metadata: z.looseObject({ scopes: z.array(z.string()).optional() }).optional(),
})

/** Asked afresh each time; the gateway remembers the answer. */
export async function askIdentity(api: SlackApi): Promise<SlackIdentity> {
  const told = answer.parse(await api.call('steady', 'auth.test', {}))
  const teamId = told.team_id ?? null
  const enterpriseId = told.enterprise_id ?? null
  const scopes = told.response_metadata?.scopes
  return {
    workspaceId: (told.is_enterprise_install === true ? enterpriseId : teamId) ?? teamId ?? '',
    teamId,
    enterpriseId,
    teamName: told.team,
    teamUrl: told.url,
    botUserId: told.user_id,
    botId: told.bot_id ?? null,
    scopes: scopes === undefined ? null : new Set(scopes),
  }
}
