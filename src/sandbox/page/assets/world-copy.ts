import type { Api } from './api.ts'
import type { Directory } from './directory.ts'
import { APP } from './directory.ts'
import type { Fields } from './json.ts'
import { text } from './json.ts'
import type { PersonView, WorldState } from './world-state.ts'
import { EMPTY_PERSON, EMPTY_STATE, readPersonView, readState } from './world-state.ts'

/** The last that was fetched of the world, and what of it has been looked at. */
export interface WorldCopy {
  readonly state: WorldState
  readonly person: PersonView
  readonly isLoaded: boolean
  readonly directory: Directory
  messages(channelName: string): readonly Fields[]
  isUnread(channelName: string): boolean
  markRead(channelName: string): void
  /** Until the next fetch nothing is known of the person who looks. */
  forgetPerson(): void
  /** Fetches everything; `whose` is asked again afterwards, for the person may have been switched meanwhile. */
  fetch(whose: (state: WorldState) => string): Promise<void>
}

export function createWorldCopy(api: Api): WorldCopy {
  let state = EMPTY_STATE
  let person = EMPTY_PERSON
  let isLoaded = false
  let fetchedAt = performance.now()
  const messages = new Map<string, readonly Fields[]>()
  const readUpTo = new Map<string, string>()
  const newest = (channelName: string) => newestTs(messages.get(channelName))
  const directory: Directory = {
    personName: (id) => (id === APP.userId ? APP.name : state.people.find((one) => one.id === id)?.name),
    channelName: (id) => state.channels.find((channel) => channel.id === id)?.name,
    now: () => state.clock.nowMs + (performance.now() - fetchedAt),
  }
  return {
    get state() {
      return state
    },
    get person() {
      return person
    },
    get isLoaded() {
      return isLoaded
    },
    directory,
    messages: (channelName) => messages.get(channelName) ?? [],
    isUnread: (channelName) => newest(channelName) > (readUpTo.get(channelName) ?? ''),
    markRead: (channelName) => void readUpTo.set(channelName, newest(channelName)),
    forgetPerson() {
      person = EMPTY_PERSON
    },
    async fetch(whose) {
      state = readState(await api.state())
      fetchedAt = performance.now()
      const asked = whose(state)
      const names = state.channels.map((channel) => channel.name)
      const [view, ...lists] = await Promise.all([
        api.person(asked),
        ...names.map((name) => api.messages(name)),
      ])
      if (asked === whose(state)) person = readPersonView(view)
      names.forEach((name, index) => {
        messages.set(name, lists[index] ?? [])
        // What was there when the page was opened is no news.
        if (!isLoaded) readUpTo.set(name, newest(name))
      })
      isLoaded = true
    },
  }
}

// Slack timestamps have one width, so that they sort as text.
function newestTs(messages: readonly Fields[] | undefined): string {
  return text(messages?.at(-1)?.['ts'])
}
