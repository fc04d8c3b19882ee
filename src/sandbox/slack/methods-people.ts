import { requiredArgument } from './arguments.ts'
import { APP, findPerson, PEOPLE, type Person, TEAM, USER_GROUPS } from './cast.ts'
import type { JsonObject } from './json-object.ts'
import type { AppRights } from './manifest.ts'
import { paged } from './methods-conversations.ts'
import { type Method, SlackRefusal } from './workspace.ts'

const UPDATED = 1_700_000_000

export const peopleMethods: Readonly<Record<string, Method>> = {
  'auth.test': (workspace) => ({
    url: `${workspace.baseUrl()}/`,
    team: TEAM.name,
    user: APP.name.toLowerCase(),
    team_id: TEAM.id,
    user_id: APP.botUserId,
    bot_id: APP.botId,
    is_enterprise_install: false,
  }),
  'apps.connections.open': (workspace) => ({ url: workspace.socket.openUrl(workspace.baseUrl()) }),
  'users.info': (workspace, args) => {
    const id = requiredArgument(args, 'user')
    if (id === APP.botUserId) return { user: wireBot() }
    const person = findPerson(id)
    if (person === undefined) throw new SlackRefusal('user_not_found')
    return { user: wirePerson(person, workspace.rights) }
  },
  'users.list': (workspace, args) => {
    const page = paged([...PEOPLE.map((person) => wirePerson(person, workspace.rights)), wireBot()], args)
    return { members: page.items, response_metadata: { next_cursor: page.nextCursor } }
  },
  'users.lookupByEmail': (workspace, args) => {
    const email = requiredArgument(args, 'email').toLowerCase()
    const person = PEOPLE.find((one) => one.email === email && !one.isDeactivated)
    if (person === undefined) throw new SlackRefusal('users_not_found')
    return { user: wirePerson(person, workspace.rights) }
  },
  'usergroups.list': () => ({ usergroups: USER_GROUPS.map(wireGroup) }),
  'usergroups.users.list': (_workspace, args) => {
    const id = requiredArgument(args, 'usergroup')
    const group = USER_GROUPS.find((one) => one.id === id)
    if (group === undefined) throw new SlackRefusal('no_such_subteam')
    return { users: group.users }
  },
  'team.info': () => ({ team: { id: TEAM.id, name: TEAM.name, domain: TEAM.domain, icon: {} } }),
  'bots.info': (_workspace, args) => {
    if (requiredArgument(args, 'bot') !== APP.botId) throw new SlackRefusal('bot_not_found')
    return {
      bot: {
        id: APP.botId,
        deleted: false,
        name: APP.name,
        updated: UPDATED,
        app_id: APP.id,
        user_id: APP.botUserId,
        icons: {},
      },
    }
  },
}

/** The address is there only for apps that may read addresses. */
function wirePerson(person: Person, rights: AppRights): JsonObject {
  const name = person.email.split('@')[0] ?? person.id
  const [first = '', ...rest] = person.name.split(' ')
  return {
    id: person.id,
    team_id: TEAM.id,
    name,
    deleted: person.isDeactivated,
    real_name: person.name,
    tz: 'Europe/London',
    tz_label: 'Greenwich Mean Time',
    tz_offset: 0,
    profile: {
      title: person.title,
      real_name: person.name,
      display_name: name,
      first_name: first,
      last_name: rest.join(' '),
      team: TEAM.id,
      ...(rights.scopes.includes('users:read.email') ? { email: person.email } : {}),
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.isGuest,
    is_ultra_restricted: false,
    is_bot: false,
    is_app_user: false,
    updated: UPDATED,
  }
}

function wireBot(): JsonObject {
  return {
    id: APP.botUserId,
    team_id: TEAM.id,
    name: APP.name.toLowerCase(),
    deleted: false,
    real_name: APP.name,
    profile: {
      real_name: APP.name,
      display_name: APP.name,
      api_app_id: APP.id,
      bot_id: APP.botId,
      team: TEAM.id,
    },
    is_admin: false,
    is_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: true,
    is_app_user: false,
    updated: UPDATED,
  }
}

function wireGroup(group: (typeof USER_GROUPS)[number]): JsonObject {
  return {
    id: group.id,
    team_id: TEAM.id,
    is_usergroup: true,
    name: group.name,
    description: '',
    handle: group.handle,
    is_external: false,
    date_create: UPDATED,
    date_update: UPDATED,
    date_delete: 0,
    user_count: group.users.length,
  }
}
