import type { Screen } from './screen.ts'

interface Permalink {
  readonly channelId: string
  readonly ts: string
}

/** What Slack's link to a message names, whichever host it is on; undefined for any other address. */
export function readPermalink(address: string): Permalink | undefined {
  if (!URL.canParse(address)) return undefined
  const match = /^\/archives\/([A-Z0-9]+)\/p(\d{10})(\d{6})$/.exec(new URL(address).pathname)
  const [, channelId, seconds, micros] = match ?? []
  return channelId === undefined ? undefined : { channelId, ts: `${seconds}.${micros}` }
}

/** Links to messages of this workspace lead to the message on the page instead of to another address. */
export function followPermalinks(screen: Screen): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    const wanted = link === null ? undefined : readPermalink(link.href)
    const channel = screen.channels.find((one) => one.id === wanted?.channelId)
    if (wanted === undefined || channel === undefined) return
    event.preventDefault()
    screen.go({ kind: 'channel', channel: channel.name, threadTs: '' })
    const message = document.querySelector<HTMLElement>(`.conversation [data-ts="${wanted.ts}"]`)
    // What is not drawn, being too far back, is shown in the panel on the right.
    if (message === null) screen.go({ threadTs: wanted.ts })
    else showAt(message)
  })
}

function showAt(message: HTMLElement): void {
  message.tabIndex = -1
  message.scrollIntoView()
  message.focus({ preventScroll: true })
}
