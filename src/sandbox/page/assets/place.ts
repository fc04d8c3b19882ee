/** Who is looking, and at what: kept in the address, so that a reload or a shared link shows the same. */
export interface Place {
  readonly personId: string
  readonly kind: 'channel' | 'home' | 'direct'
  readonly channel: string
  /** The thread in the side panel; empty when it is closed. */
  readonly threadTs: string
  readonly isWorldOpen: boolean
}

export function placeFromHash(hash: string): Place {
  const given = new URLSearchParams(hash.replace(/^#/, ''))
  const kind = given.get('in')
  const threadTs = given.get('thread') ?? ''
  return {
    personId: given.get('as') ?? '',
    kind: kind === 'home' || kind === 'direct' ? kind : 'channel',
    channel: given.get('channel') ?? '',
    threadTs: /^\d+\.\d+$/.test(threadTs) ? threadTs : '',
    isWorldOpen: given.get('world') === 'open',
  }
}

export function placeToHash(place: Place): string {
  const kept = new URLSearchParams({ as: place.personId, in: place.kind, channel: place.channel })
  if (place.threadTs !== '') kept.set('thread', place.threadTs)
  if (place.isWorldOpen) kept.set('world', 'open')
  return `#${kept}`
}
