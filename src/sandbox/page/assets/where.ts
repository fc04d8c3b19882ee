import type { ComposerTarget } from './composer.ts'
import { APP } from './directory.ts'
import type { Fields } from './json.ts'
import { text } from './json.ts'
import type { Screen } from './screen.ts'
import { directChannelOf } from './world-state.ts'

/** The channel that the main column shows; the direct conversation has no name. */
export interface Where {
  readonly id: string
  readonly name: string
}

export function currentChannel({ place, person, state }: Screen): Where {
  if (place.kind === 'direct') return { id: directChannelOf(place.personId, person), name: '' }
  const found = state.channels.find((channel) => channel.name === place.channel)
  return { id: found?.id ?? '', name: found?.name ?? '' }
}

export function topLevel(screen: Screen): readonly Fields[] {
  return screen.place.kind === 'direct' ? screen.person.directMessages : screen.messages(screen.place.channel)
}

export function ephemeralsIn(screen: Screen, channelId: string, threadTs: string): readonly Fields[] {
  return screen.person.ephemerals.filter((message) => {
    const where = text(message['channel'])
    return (where === '' || where === channelId) && text(message['threadTs']) === threadTs
  })
}

export function emptyChannel(name: string): string {
  return name === 'access-reviews'
    ? 'No reviews yet. Open the world on the right and let something happen: Countersign posts a card here when a grant needs a person.'
    : 'Nothing has been said here yet.'
}

export function composerTarget(screen: Screen, channel: Where, threadTs: string): ComposerTarget {
  const person = screen.state.people.find((one) => one.id === screen.place.personId)
  const isOff = person?.isDeactivated === true
  const target = channel.name === '' ? APP.name : `#${channel.name}`
  return {
    key: `${screen.place.personId}/${channel.id}/${threadTs}`,
    placeholder: isOff
      ? `${person.name} is deactivated and cannot write`
      : threadTs === ''
        ? `Message ${target}, or type / for a command`
        : 'Reply…',
    channel: channel.id,
    threadTs,
    isOff,
  }
}
