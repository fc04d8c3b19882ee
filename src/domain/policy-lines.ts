import { createHash } from 'node:crypto'
import type { Policy, PolicyFeed } from './policy.ts'
import { fault, linesOf, listAt, type Parsed, type PolicyField, value } from './policy-field.ts'

/** Lists of things, one a line: `name=value | name=value`. A name that is left out is not set. */

type Cells = Readonly<Record<string, string>>
type Item = Readonly<Record<string, unknown>>
type Turned = { readonly ok: true; readonly item: Item } | { readonly ok: false; readonly fault: string }

interface RowForm {
  readonly names: readonly string[]
  readonly write: (item: Item) => Readonly<Record<string, unknown>>
  readonly read: (cells: Cells, line: string, draft: Policy) => Turned
}

const item = (made: Item): Turned => ({ ok: true, item: made })
const orNull = (text: string | undefined): string | null =>
  text === undefined || text === '' || text === '*' ? null : text
const list = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

function rowsField(field: Omit<PolicyField, 'format' | 'parse' | 'form'>, form: RowForm): PolicyField {
  return {
    ...field,
    form: { kind: 'lines' },
    format: (policy) =>
      (listAt(policy, field.path) as readonly Item[]).map((one) => lineOf(form.write(one))).join('\n'),
    parse: (text, draft) => parseRows(text, draft, form),
  }
}

function lineOf(cells: Readonly<Record<string, unknown>>): string {
  return Object.entries(cells)
    .filter(([, cell]) => cell !== null && cell !== undefined && cell !== '')
    .map(([name, cell]) => `${name}=${String(cell).replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')}`)
    .join(' | ')
}

function parseRows(text: string, draft: Policy, form: RowForm): Parsed {
  const items: Item[] = []
  for (const [index, line] of linesOf(text).entries()) {
    const cells = cellsOf(line, form.names)
    const turned =
      typeof cells === 'string' ? { ok: false as const, fault: cells } : form.read(cells, line, draft)
    if (!turned.ok) return fault(`line ${index + 1}: ${turned.fault}`)
    items.push(turned.item)
  }
  return value(items)
}

/** The cells of a line, or what is wrong with it. */
function cellsOf(line: string, names: readonly string[]): Cells | string {
  const cells: Record<string, string> = {}
  for (const part of line.split(/(?<!\\)\|/)) {
    const cut = part.indexOf('=')
    const name = part.slice(0, Math.max(cut, 0)).trim()
    if (!names.includes(name))
      return `“${part.trim().slice(0, 60)}” is none of ${names.map((known) => `${known}=…`).join(', ')}, separated by |`
    if (Object.hasOwn(cells, name)) return `${name}= stands there twice`
    cells[name] = part
      .slice(cut + 1)
      .trim()
      .replaceAll('\\|', '|')
  }
  return cells
}

const DATE = /^\d{4}-\d{2}-\d{2}$/
const MOMENT = /^\d{4}-(0\d|1[0-2])-[0-3]\dT\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

/** A date alone is meant to its end. */
const momentOf = (text: string): string => (DATE.test(text) ? `${text}T23:59:59Z` : text)
const dateOf = (moment: string): string => moment.replace(/T23:59:59Z$/, '')

/** Short and stable, so that an exception that is typed without a name gets one. */
const exceptionId = (line: string): string =>
  `ex-${createHash('sha256').update(line).digest('hex').slice(0, 8)}`

export const exceptionsField: PolicyField = rowsField(
  {
    id: 'exceptions',
    path: 'exceptions',
    label: 'Expected grants',
    help: 'One a line, e.g.: grantee=ci@example.com | role=owner | until=2027-01-31 | owner=maya | reason=Deploys need it. Also grantor=, scope=, feed=, id=. In who and what, * stands for any characters. Each needs until, owner and reason. It speaks for a grant and never lifts a floor.',
  },
  {
    names: ['id', 'grantee', 'grantor', 'role', 'scope', 'feed', 'until', 'owner', 'reason'],
    write: (one) => ({
      id: one['id'],
      grantee: one['grantee'],
      grantor: one['grantor'],
      role: one['role'],
      scope: one['scope'],
      feed: one['feed'],
      until: dateOf(String(one['expiresAt'])),
      owner: one['owner'],
      reason: one['reason'],
    }),
    read(cells, line) {
      const missing = ['until', 'owner', 'reason'].filter((name) => !cells[name])
      if (missing.length > 0)
        return { ok: false, fault: `${missing.map((name) => `${name}=`).join(', ')} is missing` }
      if (!['grantee', 'grantor', 'role', 'scope', 'feed'].some((name) => orNull(cells[name]) !== null))
        return {
          ok: false,
          fault: 'it names nobody and nothing: set grantee=, grantor=, role=, scope= or feed=',
        }
      if (!MOMENT.test(momentOf(cells['until'] ?? '')))
        return { ok: false, fault: 'until= must be a date such as 2026-12-25' }
      return item({
        id: cells['id'] || exceptionId(line),
        grantee: orNull(cells['grantee']),
        grantor: orNull(cells['grantor']),
        role: orNull(cells['role']),
        scope: orNull(cells['scope']),
        feed: orNull(cells['feed']),
        reason: cells['reason'],
        owner: cells['owner'],
        expiresAt: momentOf(cells['until'] ?? ''),
      })
    },
  },
)

export const tiersField: PolicyField = rowsField(
  {
    id: 'roles.tiers',
    path: 'roles.tiers',
    label: 'Tiers of roles',
    help: 'One a line, e.g.: preset=okta | role=*helpdesk* | tier=T1. The first line that names a role wins; without preset= it holds for every source. T0: whole organisation, T1: a service or broad area, T2: narrow. Roles that no line names keep the built-in tier.',
  },
  {
    names: ['preset', 'role', 'tier'],
    write: (one) => ({ preset: one['preset'], role: one['role'], tier: one['tier'] }),
    read: (cells) =>
      item({ preset: orNull(cells['preset']), role: cells['role'] ?? '', tier: cells['tier'] ?? '' }),
  },
)

export const aliasesField: PolicyField = rowsField(
  {
    id: 'identities.aliases',
    path: 'identities.aliases',
    label: 'Aliases',
    help: 'Identities of one person, one person a line, e.g.: person=ana@example.com | identities=ana-gh, U0123ANA, ana.admin@example.com. Nobody decides on their own grants under any of these.',
  },
  {
    names: ['person', 'identities'],
    write: (one) => ({
      person: one['person'],
      identities: (one['identities'] as readonly string[]).join(', '),
    }),
    read: (cells) => item({ person: cells['person'] ?? '', identities: list(cells['identities']) }),
  },
)

export const routesField: PolicyField = rowsField(
  {
    id: 'channels.routes',
    path: 'channels.routes',
    label: 'Routing',
    help: 'Other channels for some feeds or tiers, one a line, e.g.: feeds=github-audit | tiers=T0, T1 | channel=C0123456789. The first line that fits wins.',
  },
  {
    names: ['feeds', 'tiers', 'channel'],
    write: (one) => ({
      feeds: (one['feeds'] as readonly string[]).join(', '),
      tiers: (one['tiers'] as readonly string[]).join(', '),
      channel: one['channel'],
    }),
    read: (cells) =>
      item({ feeds: list(cells['feeds']), tiers: list(cells['tiers']), channel: cells['channel'] ?? '' }),
  },
)

const isOn = (text: string | undefined, otherwise: boolean): boolean | null => {
  if (text === undefined || text === '') return otherwise
  if (['on', 'yes', 'true'].includes(text.toLowerCase())) return true
  return ['off', 'no', 'false'].includes(text.toLowerCase()) ? false : null
}

export const feedsField: PolicyField = rowsField(
  {
    id: 'feeds',
    path: 'feeds',
    label: 'Feeds',
    help: 'One a line, e.g.: id=okta-eu | preset=okta | dataset=okta-logs-eu | prefix=data | read=on | shadow=off. read=off stops reading it; shadow=on computes everything and asks nobody. The id names the feed in the ledger: keep it.',
  },
  {
    names: ['id', 'preset', 'dataset', 'prefix', 'read', 'shadow'],
    write: (one) => ({
      id: one['id'],
      preset: one['preset'],
      dataset: one['dataset'],
      prefix: one['prefix'],
      read: one['enabled'] === true ? 'on' : 'off',
      shadow: one['shadow'] === true ? 'on' : 'off',
    }),
    read(cells, _line, draft) {
      const enabled = isOn(cells['read'], true)
      const shadow = isOn(cells['shadow'], false)
      if (enabled === null || shadow === null) return { ok: false, fault: 'read= and shadow= are on or off' }
      const known = draft.feeds.find(({ id }) => id === cells['id'])
      return item({
        id: cells['id'] ?? '',
        preset: cells['preset'] ?? '',
        dataset: cells['dataset'] ?? '',
        prefix: orNull(cells['prefix']),
        enabled,
        shadow,
        conditions: known?.conditions ?? [],
      })
    },
  },
)

/** Conditions of every feed in one list; what a feed is read for narrows to events that meet all of its own. */
export const conditionsField: PolicyField = {
  id: 'feeds:conditions',
  path: 'feeds',
  label: 'Conditions of feeds',
  help: 'One a line, e.g.: feed=okta-eu | field=actor.type | op=equals | values=User. op is equals, not-equals, in, starts-with, contains or exists; values are separated by commas. All conditions of a feed must hold, else its events are not read.',
  form: { kind: 'lines' },
  owns: /^feeds\.\d+\.conditions(\.|$)/,
  format: (policy) =>
    policy.feeds
      .flatMap((feed) =>
        feed.conditions.map((one) =>
          lineOf({ feed: feed.id, field: one.field, op: one.op, values: one.values.join(', ') }),
        ),
      )
      .join('\n'),
  parse(text, draft) {
    const conditions = new Map<string, Item[]>()
    for (const [index, line] of linesOf(text).entries()) {
      const cells = cellsOf(line, ['feed', 'field', 'op', 'values'])
      if (typeof cells === 'string') return fault(`line ${index + 1}: ${cells}`)
      const feed = cells['feed'] ?? ''
      if (!draft.feeds.some(({ id }) => id === feed))
        return fault(`line ${index + 1}: there is no feed “${feed.slice(0, 60)}”`)
      const one = { field: cells['field'] ?? '', op: cells['op'] ?? '', values: list(cells['values']) }
      conditions.set(feed, [...(conditions.get(feed) ?? []), one])
    }
    return value(
      draft.feeds.map((feed: PolicyFeed) => ({ ...feed, conditions: conditions.get(feed.id) ?? [] })),
    )
  },
}

export const presetsField: PolicyField = {
  id: 'customPresets',
  path: 'customPresets',
  label: 'Sources of your own',
  help: 'Field mappings of sources that are not built in, as JSON: the list that npm run policy -- export shows under customPresets.',
  form: { kind: 'lines' },
  format: (policy) =>
    policy.customPresets.length === 0 ? '' : JSON.stringify(policy.customPresets, null, 1),
  parse(text) {
    if (text.trim() === '') return value([])
    try {
      const parsed: unknown = JSON.parse(text)
      return Array.isArray(parsed) ? value(parsed) : fault('must be a JSON list: [ … ]')
    } catch (error) {
      if (error instanceof SyntaxError) return fault('is not JSON')
      throw error
    }
  },
}
