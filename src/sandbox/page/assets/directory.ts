import type { Named } from './mrkdwn.ts'

/** Who and what an id names, and what time it is in the world. */
export interface Directory {
  personName(id: string): string | undefined
  channelName(id: string): string | undefined
  now(): number
}

export const APP = { userId: 'U0COUNTERSIGN', name: 'Countersign' } as const

export interface PersonEntry extends Named {
  readonly email: string
  readonly title: string
  readonly isReviewer: boolean
  readonly isGuest: boolean
  readonly isDeactivated: boolean
}

export interface ChannelEntry extends Named {
  readonly isPrivate: boolean
  /** Undefined where the world does not say: then everybody sees the channel. */
  readonly members: readonly string[] | undefined
}

/** As in Slack: members see their channels, and all but guests see every public one. */
export function canSee(person: PersonEntry | undefined, channel: ChannelEntry): boolean {
  if (person === undefined || channel.members === undefined || channel.members.includes(person.id))
    return true
  return !channel.isPrivate && !person.isGuest
}
