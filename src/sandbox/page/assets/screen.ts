import type { Act, ActResult, Api } from './api.ts'
import { ApiError } from './api.ts'
import type { ChannelEntry } from './directory.ts'
import { canSee } from './directory.ts'
import type { Place } from './place.ts'
import { placeFromHash, placeToHash } from './place.ts'
import type { WorldCopy } from './world-copy.ts'
import { createWorldCopy } from './world-copy.ts'
import type { WorldState } from './world-state.ts'

type Shown = Pick<WorldCopy, 'state' | 'person' | 'isLoaded' | 'directory' | 'messages' | 'isUnread'>

/** What is on the screen, and the only ways to change it. */
export interface Screen extends Shown {
  readonly place: Place
  /** The channels that the person can see. */
  readonly channels: readonly ChannelEntry[]
  go(change: Partial<Place>): void
  /** Fetches what is on screen; calls that come while one runs are answered by one more. */
  refresh(): Promise<void>
  act(act: Act): Promise<ActResult | undefined>
  /** Runs a request of the page; a refusal is said to the person and answers undefined. */
  attempt<T>(request: () => Promise<T>): Promise<T | undefined>
}

export interface ScreenListener {
  onChange(screen: Screen): void
  onProblem(sentence: string): void
  onReachable(isReachable: boolean): void
}

export function createScreen(api: Api, listener: ScreenListener): Screen {
  const copy = createWorldCopy(api)
  const attempt = saying(listener.onProblem)
  let place = placeFromHash(window.location.hash)
  const show = () => {
    place = settle(place, copy.state)
    if (place.kind === 'channel') copy.markRead(place.channel)
    keepInAddress(place)
    listener.onChange(screen)
  }
  const refresh = coalesced(async () => {
    const isReachable = await succeeds(() => copy.fetch((state) => settle(place, state).personId))
    listener.onReachable(isReachable)
    show()
  })
  const screen: Screen = {
    get state() {
      return copy.state
    },
    get person() {
      return copy.person
    },
    get isLoaded() {
      return copy.isLoaded
    },
    get place() {
      return place
    },
    get channels() {
      return channelsSeen(place.personId, copy.state)
    },
    directory: copy.directory,
    messages: copy.messages,
    isUnread: copy.isUnread,
    go(change) {
      const isOther = change.personId !== undefined && change.personId !== place.personId
      place = { ...place, ...change }
      if (isOther) copy.forgetPerson()
      show()
      if (isOther) void refresh()
    },
    refresh,
    attempt,
    async act(act) {
      const result = await attempt(() => api.act(place.personId, act))
      await refresh()
      if (result?.ok === false && result.errors.size === 0) listener.onProblem(result.error)
      return result
    },
  }
  window.addEventListener('hashchange', () => screen.go(placeFromHash(window.location.hash)))
  return screen
}

function keepInAddress(place: Place): void {
  const hash = placeToHash(place)
  if (window.location.hash !== hash) window.history.replaceState(null, '', hash)
}

function saying(onProblem: (sentence: string) => void): Screen['attempt'] {
  return async (request) => {
    try {
      return await request()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      onProblem(error.message)
      return undefined
    }
  }
}

async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof ApiError) return false
    throw error
  }
}

/** Runs one at a time; any number of calls meanwhile are answered by one more run. */
function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let isWanted = false
  async function run(): Promise<void> {
    try {
      do {
        isWanted = false
        await work()
      } while (isWanted)
    } finally {
      running = undefined
    }
  }
  return () => {
    isWanted = running !== undefined
    running ??= run()
    return running
  }
}

/** Falls back to the first person and the first channel where the place names none that there is. */
function settle(place: Place, state: WorldState): Place {
  const { people } = state
  if (people.length === 0) return place
  const personId = people.find((person) => person.id === place.personId)?.id ?? people[0]?.id ?? ''
  const channels = channelsSeen(personId, state)
  return {
    ...place,
    personId,
    channel: channels.find((channel) => channel.name === place.channel)?.name ?? channels[0]?.name ?? '',
  }
}

function channelsSeen(personId: string, { people, channels }: WorldState): readonly ChannelEntry[] {
  const person = people.find((one) => one.id === personId)
  return channels.filter((channel) => canSee(person, channel))
}
