import type { Act, ActResult, Api } from './api.ts'
import { ApiError } from './api.ts'
import type { ChannelEntry, Directory } from './directory.ts'
import { APP, canSee } from './directory.ts'
import type { Fields } from './json.ts'
import { text } from './json.ts'
import type { Place } from './place.ts'
import { placeFromHash, placeToHash } from './place.ts'
import type { PersonView, WorldState } from './world-state.ts'
import { EMPTY_PERSON, EMPTY_STATE, readPersonView, readState } from './world-state.ts'

/** What is on the screen, where it comes from, and the only ways to change it. */
export interface Screen {
  readonly state: WorldState
  readonly person: PersonView
  readonly place: Place
  readonly isLoaded: boolean
  readonly directory: Directory
  /** The channels that the person can see. */
  readonly channels: readonly ChannelEntry[]
  messages(channelName: string): readonly Fields[]
  isUnread(channelName: string): boolean
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
  let state = EMPTY_STATE
  let person = EMPTY_PERSON
  let place = placeFromHash(window.location.hash)
  let isLoaded = false
  let fetchedAt = performance.now()
  let running: Promise<void> | undefined
  let isStale = false
  const messages = new Map<string, readonly Fields[]>()
  const seen = new Map<string, string>()

  const directory: Directory = {
    personName: (id) => (id === APP.userId ? APP.name : state.people.find((one) => one.id === id)?.name),
    channelName: (id) => state.channels.find((channel) => channel.id === id)?.name,
    now: () => state.clock.nowMs + (performance.now() - fetchedAt),
  }

  async function fetchAll(): Promise<void> {
    state = readState(await api.state())
    fetchedAt = performance.now()
    place = settle(place, state)
    const asked = place.personId
    const [view, ...lists] = await Promise.all([
      api.person(asked),
      ...state.channels.map((channel) => api.messages(channel.name)),
    ])
    // The person may have been switched meanwhile; the next round brings the right view.
    if (asked === place.personId) person = readPersonView(view)
    state.channels.forEach((channel, index) => {
      messages.set(channel.name, lists[index] ?? [])
      if (!isLoaded) seen.set(channel.name, newestTs(messages.get(channel.name)))
    })
    isLoaded = true
  }

  async function isFetched(): Promise<boolean> {
    try {
      await fetchAll()
      return true
    } catch (error) {
      if (error instanceof ApiError) return false
      throw error
    }
  }

  async function refreshUntilFresh(): Promise<void> {
    try {
      do {
        isStale = false
        listener.onReachable(await isFetched())
        show()
      } while (isStale)
    } finally {
      running = undefined
    }
  }

  function show(): void {
    if (place.kind === 'channel') seen.set(place.channel, newestTs(messages.get(place.channel)))
    const hash = placeToHash(place)
    if (window.location.hash !== hash) window.history.replaceState(null, '', hash)
    listener.onChange(screen)
  }

  const screen: Screen = {
    get state() {
      return state
    },
    get person() {
      return person
    },
    get place() {
      return place
    },
    get isLoaded() {
      return isLoaded
    },
    directory,
    get channels() {
      return channelsSeen(place, state)
    },
    messages: (channelName) => messages.get(channelName) ?? [],
    isUnread: (channelName) => newestTs(messages.get(channelName)) > (seen.get(channelName) ?? ''),
    go(change) {
      const before = place
      place = settle({ ...place, ...change }, state)
      if (place.personId !== before.personId) person = EMPTY_PERSON
      show()
      if (place.personId !== before.personId) void screen.refresh()
    },
    refresh() {
      if (running === undefined) running = refreshUntilFresh()
      else isStale = true
      return running
    },
    async act(act) {
      const result = await screen.attempt(() => api.act(place.personId, act))
      await screen.refresh()
      if (result?.ok === false && result.errors.size === 0) listener.onProblem(result.error)
      return result
    },
    async attempt(request) {
      try {
        return await request()
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        listener.onProblem(error.message)
        return undefined
      }
    },
  }
  window.addEventListener('hashchange', () => screen.go(placeFromHash(window.location.hash)))
  return screen
}

/** Falls back to the first person and the first channel where the place names none that there is. */
function settle(place: Place, state: WorldState): Place {
  const { people } = state
  if (people.length === 0) return place
  const personId = people.find((person) => person.id === place.personId)?.id ?? people[0]?.id ?? ''
  const channels = channelsSeen({ ...place, personId }, state)
  return {
    ...place,
    personId,
    channel: channels.find((channel) => channel.name === place.channel)?.name ?? channels[0]?.name ?? '',
  }
}

function channelsSeen({ personId }: Place, { people, channels }: WorldState): readonly ChannelEntry[] {
  const person = people.find((one) => one.id === personId)
  return channels.filter((channel) => canSee(person, channel))
}

// Slack timestamps have one width, so that they sort as text.
function newestTs(messages: readonly Fields[] | undefined): string {
  return text(messages?.at(-1)?.['ts'])
}
