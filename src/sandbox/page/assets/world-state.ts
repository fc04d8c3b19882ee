import type { ChannelEntry, PersonEntry } from './directory.ts'
import type { Fields } from './json.ts'
import { fields, list, numeric, records, text } from './json.ts'

export interface Scenario {
  readonly id: string
  readonly title: string
  readonly description: string
}

export interface WorldState {
  readonly people: readonly PersonEntry[]
  readonly channels: readonly ChannelEntry[]
  readonly app: { readonly status: string; readonly isConnected: boolean; readonly pid: string }
  readonly scenarios: readonly Scenario[]
  readonly clock: { readonly nowMs: number; readonly offsetMs: number }
  readonly faults: Readonly<Record<string, readonly string[]>>
  readonly knownFaults: Readonly<Record<string, readonly string[]>>
  readonly datasets: readonly { readonly name: string; readonly count: number }[]
}

export const EMPTY_STATE = readState({})

export function readState(body: Fields): WorldState {
  const app = fields(body['app'])
  const clock = fields(body['clock'])
  return {
    people: records(body['people']).map(readPerson),
    channels: records(body['channels']).map((channel) => ({
      id: text(channel['id']),
      name: text(channel['name']),
      isPrivate: channel['isPrivate'] === true,
      members: channel['members'] === undefined ? undefined : list(channel['members']).map(text),
    })),
    app: { status: text(app['status']), isConnected: app['connected'] === true, pid: text(app['pid']) },
    scenarios: records(body['scenarios']).map((scenario) => ({
      id: text(scenario['id']),
      title: text(scenario['title']),
      description: text(scenario['description']),
    })),
    clock: { nowMs: readMoment(clock['now']), offsetMs: numeric(clock['offsetMs']) ?? 0 },
    faults: readNames(body['faults']),
    knownFaults: readNames(body['knownFaults']),
    datasets: records(body['datasets']).map((dataset) => ({
      name: text(dataset['name']),
      count: numeric(dataset['count']) ?? 0,
    })),
  }
}

function readPerson(person: Fields): PersonEntry {
  return {
    id: text(person['id']),
    name: text(person['name']),
    email: text(person['email']),
    title: text(person['title']),
    isReviewer: person['isReviewer'] === true,
    isGuest: person['isGuest'] === true,
    isDeactivated: person['isDeactivated'] === true,
  }
}

function readNames(value: unknown): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(fields(value)).map(([key, names]) => [key, list(names).map(text)]))
}

/** Milliseconds, from either form in which a moment may be written. */
export function readMoment(value: unknown): number {
  const ms = numeric(value) ?? Date.parse(text(value))
  return Number.isNaN(ms) ? Date.now() : ms
}

/** A Slack `ts` in milliseconds. */
export function tsMs(ts: unknown): number {
  return Math.floor(Number(text(ts)) * 1000) || 0
}

export interface PersonView {
  readonly home: Fields | undefined
  readonly modals: readonly Fields[]
  readonly ephemerals: readonly Fields[]
  readonly directMessages: readonly Fields[]
  readonly directChannel: string
  readonly prompts: readonly { readonly title: string; readonly message: string }[]
}

export const EMPTY_PERSON = readPersonView({})

export function readPersonView(body: Fields): PersonView {
  const home = fields(body['home'])
  const directMessages = records(body['directMessages'])
  return {
    home: home['blocks'] === undefined ? undefined : home,
    modals: records(body['modals']),
    ephemerals: records(body['ephemerals']),
    directMessages,
    directChannel: text(body['directChannel']) || text(directMessages[0]?.['channel']),
    prompts: records(body['prompts']).map((prompt) => ({
      title: text(prompt['title']),
      message: text(prompt['message']),
    })),
  }
}

/** The channel of the person's direct conversation with the app, by the world's rule for their ids. */
export function directChannelOf(personId: string, person: PersonView): string {
  return person.directChannel || `D0${personId.slice('U0'.length)}`
}
