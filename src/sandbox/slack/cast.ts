/** The people, groups, channels and tokens of the sample company, Northwind. */

export const TEAM = { id: 'T0SANDBOX', name: 'Northwind', domain: 'northwind' } as const
export const APP = {
  id: 'A0COUNTERSIGN',
  name: 'Countersign',
  botUserId: 'U0COUNTERSIGN',
  botId: 'B0COUNTERSIGN',
} as const
export const APP_TOKEN = 'xapp-1-A0COUNTERSIGN-sandbox'
export const BOT_TOKEN = 'xoxb-sandbox-countersign'

export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly title: string
  readonly isReviewer: boolean
  readonly isGuest: boolean
  readonly isDeactivated: boolean
}

const person = (id: string, name: string, email: string, title: string): Person => ({
  id,
  name,
  email,
  title,
  isReviewer: false,
  isGuest: false,
  isDeactivated: false,
})

export const PEOPLE: readonly Person[] = [
  { ...person('U0MAYA', 'Maya Okafor', 'maya@northwind.example', 'Security lead'), isReviewer: true },
  { ...person('U0DEV', 'Dev Patel', 'dev@northwind.example', 'Security engineer'), isReviewer: true },
  {
    ...person('U0SOFIA', 'Sofia Lindqvist', 'sofia@northwind.example', 'IT administrator'),
    isReviewer: true,
  },
  person('U0JONAS', 'Jonas Weber', 'jonas@northwind.example', 'IT administrator'),
  person('U0ANA', 'Ana Torres', 'ana@northwind.example', 'Platform engineer'),
  person('U0PRIYA', 'Priya Raman', 'priya@northwind.example', 'Staff engineer'),
  { ...person('U0GUEST', 'Gus Tanner', 'gus@partner.example', 'Consultant'), isGuest: true },
  { ...person('U0GONE', 'Lena Brandt', 'lena@northwind.example', 'IT administrator'), isDeactivated: true },
]

export const USER_GROUPS = [
  {
    id: 'S0SECURITY',
    handle: 'security-reviewers',
    name: 'Security reviewers',
    users: ['U0MAYA', 'U0DEV', 'U0SOFIA'],
  },
] as const

export interface Channel {
  readonly id: string
  readonly name: string
  readonly kind: 'channel' | 'group' | 'im'
  readonly members: readonly string[]
}

const active = PEOPLE.filter((one) => !one.isDeactivated).map((one) => one.id)

export const CHANNELS: readonly Channel[] = [
  { id: 'C0REVIEW', name: 'access-reviews', kind: 'channel', members: [...active, APP.botUserId] },
  {
    id: 'C0ESCALATE',
    name: 'access-escalations',
    kind: 'group',
    members: ['U0MAYA', 'U0DEV', 'U0SOFIA', APP.botUserId],
  },
  { id: 'C0GENERAL', name: 'general', kind: 'channel', members: active },
]

/** The direct conversation of one person with the app. */
export function directChannel(userId: string): Channel {
  return {
    id: `D0${userId.slice(2)}`,
    name: 'directmessage',
    kind: 'im',
    members: [userId, APP.botUserId],
  }
}

export function findPerson(id: string): Person | undefined {
  return PEOPLE.find((one) => one.id === id)
}

/** By id or name, with or without the leading #. */
export function findChannel(idOrName: string): Channel | undefined {
  const name = idOrName.replace(/^#/, '')
  return (
    CHANNELS.find((one) => one.id === name || one.name === name) ??
    PEOPLE.map((one) => directChannel(one.id)).find((one) => one.id === name)
  )
}

/** Guests see only what they were invited to; everybody else sees every public channel. */
export function canSee(one: Person, channel: Channel): boolean {
  return channel.members.includes(one.id) || (channel.kind === 'channel' && !one.isGuest)
}
