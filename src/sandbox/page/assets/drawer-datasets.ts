import type { Api } from './api.ts'
import { formatMoment } from './date-format.ts'
import { h } from './dom.ts'
import type { Fields } from './json.ts'
import { fields, records, text } from './json.ts'
import type { Pane } from './pane.ts'
import { createRecordList } from './record-list.ts'
import type { Screen } from './screen.ts'

// One a poll: they would push everything else out of sight.
const HEARTBEAT = 'poller.heartbeat'

/** What the local Axiom holds, a dataset at a time. */
export function createDatasets(api: Api): Pane {
  const picker = h('select', { id: 'dataset' })
  const list = createRecordList()
  const beats = h('input', { type: 'checkbox' })
  const beatsLabel = h('label', { class: 'chip' }, beats, h('span', {}, 'with heartbeats'))
  let events: readonly Fields[] = []
  let fetched = ''
  let drawn = ''
  let current: Screen | undefined

  async function show(): Promise<void> {
    const screen = current
    const name = picker.value
    if (screen === undefined || name === '') return
    const count = screen.state.datasets.find((dataset) => dataset.name === name)?.count
    // Datasets only grow: the same count is the same content.
    if (fetched !== `${name}/${count}`) {
      const answer = await screen.attempt(() => api.events(name))
      if (answer === undefined || picker.value !== name) return
      events = answer
      fetched = `${name}/${count}`
    }
    const all = events.map((event, index) => ({
      key: `${name}/${index}/${text(event['_sysTime'])}`,
      summary: summaryOf(event),
      value: event,
    }))
    const entries = all.filter(({ value }) => beats.checked || value['event'] !== HEARTBEAT)
    beatsLabel.hidden = !events.some((event) => event['event'] === HEARTBEAT)
    list.update(entries.reverse(), 'This dataset is empty.')
  }
  picker.addEventListener('change', () => void show())
  beats.addEventListener('change', () => void show())
  return {
    node: h(
      'div',
      { class: 'drawer-pane' },
      h('div', { class: 'row' }, h('label', { for: 'dataset' }, 'Dataset'), picker),
      beatsLabel,
      list.node,
    ),
    update(screen) {
      current = screen
      const signature = JSON.stringify(screen.state.datasets)
      if (signature !== drawn) {
        const chosen = picker.value
        picker.replaceChildren(
          ...screen.state.datasets.map(({ name, count }) =>
            h('option', { value: name, selected: name === chosen }, `${name} (${count})`),
          ),
        )
        drawn = signature
      }
      void show()
    },
  }
}

const NAMES = [
  'event',
  'event_type',
  'eventType',
  'action',
  'eventName',
  'operationName',
  'kind',
  'type',
  'name',
] as const

function summaryOf(event: Fields): HTMLElement[] {
  const time = Date.parse(text(event['_time']))
  const name = NAMES.map((key) => text(event[key])).find((value) => value !== '') ?? 'event'
  return [
    h('time', {}, Number.isNaN(time) ? '' : formatMoment(time)),
    h('strong', {}, name),
    h('span', { class: 'faint' }, whoOf(event)),
  ]
}

/** Who did it to whom, from the places where the sample sources and review events keep that. */
function whoOf(event: Fields): string {
  const actor = event['actor']
  const targets = records(event['target'])
  const user = targets.find((target) => target['type'] === 'User')
  const did = text(event['grantor']) || text(actor) || text(fields(actor)['alternateId'])
  const had = text(event['grantee']) || text(event['user']) || text(user?.['alternateId'])
  const what = text(event['role']) || text(event['permission'])
  return [[did, had].filter((part) => part !== '').join(' → '), what].filter((part) => part !== '').join(', ')
}
