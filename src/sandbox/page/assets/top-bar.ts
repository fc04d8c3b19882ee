import type { PersonEntry } from './directory.ts'
import { h, setText } from './dom.ts'
import type { Pane } from './pane.ts'
import type { Screen } from './screen.ts'

/** Who is looking, how the app is, and the way into the world outside Slack. */
export function createTopBar(): Pane {
  const picker = h('select', { id: 'view-as', 'data-focus': 'view-as' })
  const note = h('span', { class: 'person-note' })
  const app = h('span', { class: 'app-status', role: 'status' })
  const world = h(
    'button',
    {
      type: 'button',
      class: 'button world-toggle',
      title: 'What happens outside Slack',
      'data-focus': 'world',
    },
    'World',
  )
  const node = h(
    'header',
    { class: 'top-bar' },
    h('label', { for: 'view-as' }, 'View as'),
    picker,
    note,
    h('span', { class: 'grow' }),
    app,
    world,
  )
  let current: Screen | undefined
  let drawn = ''
  picker.addEventListener('change', () => current?.go({ personId: picker.value, threadTs: '' }))
  world.addEventListener('click', () => current?.go({ isWorldOpen: !current.place.isWorldOpen }))
  return {
    node,
    update(screen) {
      current = screen
      const { people, app: process } = screen.state
      const signature = JSON.stringify(people)
      if (signature !== drawn)
        picker.replaceChildren(...people.map((person) => h('option', { value: person.id }, labelOf(person))))
      drawn = signature
      picker.value = screen.place.personId
      note.textContent = noteOf(people.find((person) => person.id === screen.place.personId))
      world.setAttribute('aria-expanded', String(screen.place.isWorldOpen))
      app.className = `app-status ${process.isConnected ? 'is-up' : 'is-down'}`
      setText(app, process.isConnected ? 'Countersign connected' : `Countersign ${sayStatus(process.status)}`)
    },
  }
}

function sayStatus(status: string): string {
  return status === 'running' ? 'is connecting' : status === '' ? 'not seen yet' : `is ${status}`
}

function labelOf(person: PersonEntry): string {
  const mark = person.isDeactivated ? ', deactivated' : person.isGuest ? ', guest' : ''
  return `${person.name}, ${person.title}${mark}`
}

function noteOf(person: PersonEntry | undefined): string {
  if (person === undefined) return ''
  if (person.isDeactivated) return 'Deactivated'
  if (person.isGuest) return 'Guest: may not decide'
  return person.isReviewer ? 'Reviewer' : 'Not a reviewer'
}
