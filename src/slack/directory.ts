import { z } from 'zod'
import type { Directory, DirectoryPerson } from '../ports.ts'
import type { SlackIdentity } from './identity.ts'
import type { SlackApi } from './slack-api.ts'
import { isRefusal } from './slack-error.ts'

const flag = z.boolean().nullish()
const userAnswer = z.looseObject({
  user: z.looseObject({
    id: z.string(),
    team_id: z.string().nullish(),
    name: z.string().nullish(),
    real_name: z.string().nullish(),
    deleted: flag,
    is_bot: flag,
    is_workflow_bot: flag,
    is_restricted: flag,
    is_ultra_restricted: flag,
    is_stranger: flag,
    enterprise_user: z.looseObject({ enterprise_id: z.string().nullish() }).nullish(),
    profile: z
      .looseObject({
        display_name: z.string().nullish(),
        real_name: z.string().nullish(),
        email: z.string().nullish(),
      })
      .nullish(),
  }),
})
const groupAnswer = z.looseObject({ users: z.array(z.string()).default([]) })

type SlackUser = z.infer<typeof userAnswer>['user']

const SLACKBOT = 'USLACKBOT'

/** People as Slack knows them now. Nothing is cached: each answer decides whether a click counts. */
export function createDirectory(options: {
  readonly api: SlackApi
  identity(): Promise<SlackIdentity>
}): Directory {
  const { api, identity } = options
  return {
    async person(_tenantId, slackUserId) {
      const self = await identity()
      try {
        const answer = await api.call('interactive', 'users.info', { user: slackUserId })
        return personOf(userAnswer.parse(answer).user, self)
      } catch (error) {
        if (isRefusal(error, 'user_not_found', 'user_not_visible')) return null
        throw error
      }
    },
    async groupMembers(_tenantId, groupId) {
      try {
        const answer = await api.call('interactive', 'usergroups.users.list', { usergroup: groupId })
        return groupAnswer.parse(answer).users
      } catch (error) {
        if (isRefusal(error, 'no_such_subteam', 'subteam_not_found')) return []
        throw error
      }
    },
  }
}

function personOf(user: SlackUser, self: SlackIdentity): DirectoryPerson {
  const { profile } = user
  const name = firstOf(profile?.real_name, user.real_name, profile?.display_name, user.name) ?? user.id
  return {
    slackUserId: user.id,
    name,
    handle: firstOf(user.name, profile?.display_name),
    email: firstOf(profile?.email),
    deactivated: user.deleted === true,
    guest: user.is_restricted === true || user.is_ultra_restricted === true,
    stranger: user.is_stranger === true || !belongsToUs(user, self),
    bot: user.is_bot === true || user.is_workflow_bot === true || user.id === SLACKBOT,
  }
}

/** The same workspace, or another workspace of the same organisation. */
function belongsToUs(user: SlackUser, self: SlackIdentity): boolean {
  if (self.teamId !== null && user.team_id === self.teamId) return true
  return self.enterpriseId !== null && user.enterprise_user?.enterprise_id === self.enterpriseId
}

function firstOf(...texts: readonly (string | null | undefined)[]): string | null {
  return texts.find((text) => text !== null && text !== undefined && text.trim() !== '') ?? null
}
