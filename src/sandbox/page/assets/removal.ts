import type { Api } from './api.ts'
import { sayIngested, whileBusy } from './busy.ts'
import { h } from './dom.ts'
import type { Fields } from './json.ts'
import { text } from './json.ts'
import type { Pane } from './pane.ts'
import type { Screen } from './screen.ts'

export const REMOVAL = 'remove-at-source'

const REVIEWS = 'grant-reviews'
const REVIEWED_MAX = 20

/** Steps of a review after which a role may still be there to take. */
const PENDING: readonly string[] = [
  'review.opened',
  'review.escalated',
  'review.revoke_requested',
  'review.revoke_overdue',
]

/** Takes a role away where it was given: whoever is under review comes first, then everybody. */
export function createRemoval(api: Api): Pane {
  const picker = h('select', { id: 'removal-grantee', 'data-focus': 'removal-grantee' })
  const button = h('button', { type: 'button', class: 'button button-danger' }, 'Remove at source')
  const said = h('span', { class: 'said', role: 'status' })
  let current: Screen | undefined
  let fetched = -1
  let drawn = ''
  button.addEventListener(
    'click',
    () =>
      void whileBusy(button, async () => {
        const body = await current?.attempt(() => api.scenario(REMOVAL, picker.value))
        if (body !== undefined) said.textContent = sayIngested(body)
      }),
  )
  async function show(screen: Screen): Promise<void> {
    const count = screen.state.datasets.find((dataset) => dataset.name === REVIEWS)?.count ?? 0
    if (fetched === count) return
    fetched = count
    const events = count === 0 ? [] : await screen.attempt(() => api.events(REVIEWS))
    const groups = optionGroups(screen, granteesOf(events ?? []))
    const signature = groups.map((group) => group.textContent).join()
    // An open list must not change under the pointer without need.
    if (signature === drawn) return
    drawn = signature
    const chosen = picker.value
    picker.replaceChildren(...groups)
    if ([...picker.options].some((option) => option.value === chosen)) picker.value = chosen
  }
  return {
    node: h(
      'section',
      {},
      h('h3', {}, 'Remove a role at its source'),
      h('p', { class: 'faint' }, 'Takes away what this person was given last: that confirms a revoke.'),
      h('label', { class: 'unseen', for: 'removal-grantee' }, 'Grantee'),
      picker,
      h('div', { class: 'row' }, button, said),
    ),
    update(screen) {
      current = screen
      if (screen.isLoaded) void show(screen)
    },
  }
}

/** Grantees of pending reviews with their roles, the latest step first. */
function granteesOf(events: readonly Fields[]): ReadonlyMap<string, string> {
  const latest = new Map<string, Fields>()
  for (const event of events) if (text(event['grant_id']) !== '') latest.set(text(event['grant_id']), event)
  const pending = [...latest.values()].filter((event) => PENDING.includes(text(event['event'])))
  const found = pending
    .reverse()
    .map((event) => [loginOf(text(event['grantee'])), text(event['role'])] as const)
  return new Map(found.filter(([grantee]) => grantee !== '').slice(0, REVIEWED_MAX))
}

/** Review events name people as `Name (address)`; the sources know them by the address alone. */
function loginOf(grantee: string): string {
  return /\(([^()\s]+@[^()\s]+)\)$/.exec(grantee)?.[1] ?? grantee
}

function optionGroups(screen: Screen, reviewed: ReadonlyMap<string, string>): HTMLElement[] {
  const option = (value: string, label: string) => h('option', { value }, label)
  const under = [...reviewed].map(([grantee, role]) =>
    option(grantee, role === '' ? grantee : `${grantee}: ${role}`),
  )
  const others = screen.state.people
    .filter((person) => !reviewed.has(person.email))
    .map((person) => option(person.email, `${person.name} (${person.email})`))
  return [
    ...(under.length === 0 ? [] : [h('optgroup', { label: 'Under review' }, ...under)]),
    h('optgroup', { label: 'Everybody else' }, ...others),
  ]
}
