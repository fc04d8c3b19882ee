import { isDeepStrictEqual } from 'node:util'
import { type SlackMessage, shownMessage } from './shown.ts'
import type { Change, Ephemeral, Store, View } from './store.ts'

const QUIET_MS = 150
const SETTLE_MAX_MS = 2000

/** What a person sees after an act, beside what was there before. */
export interface Sees {
  readonly ephemerals: readonly Ephemeral[]
  readonly view?: View
  readonly home?: View
  readonly message?: SlackMessage
  /** New messages in the conversation that somebody else wrote. */
  readonly messages: readonly SlackMessage[]
  readonly errors?: Readonly<Record<string, string>>
}

interface Watch {
  /** Waits until nothing has changed for this person for a moment, or until patience ends. */
  settled(): Promise<void>
  sees(): Sees
}

/** Remembers what a person sees now, to tell later what is new. */
export function watch(store: Store, at: { user: string; channel: string | undefined }): Watch {
  const ephemerals = store.ephemerals(at.user)
  const home = store.home(at.user)
  const startTs = store.nextTs()
  const concerns = (change: Change) =>
    ('user' in change && change.user === at.user) || ('channel' in change && change.channel === at.channel)
  return {
    settled: () => settle(store, concerns),
    sees() {
      const top = store.modals(at.user).at(-1)
      const nowHome = store.home(at.user)
      const messages = at.channel === undefined ? [] : store.messages(at.channel)
      return {
        ephemerals: store
          .ephemerals(at.user)
          .filter((one) => !ephemerals.some((old) => isDeepStrictEqual(old, one))),
        ...(top === undefined ? {} : { view: top }),
        ...(nowHome === undefined || nowHome.hash === home?.hash ? {} : { home: nowHome }),
        messages: messages
          .filter((message) => message.ts > startTs && message.user !== at.user)
          .map((message) => shownMessage(store, message)),
      }
    },
  }
}

function settle(store: Store, concerns: (change: Change) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(quiet)
      clearTimeout(patience)
      stop()
      resolve()
    }
    const stop = store.onChange((change) => {
      if (concerns(change)) quiet.refresh()
    })
    const quiet = setTimeout(end, QUIET_MS)
    const patience = setTimeout(end, SETTLE_MAX_MS)
  })
}
