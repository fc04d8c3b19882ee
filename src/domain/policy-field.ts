import { type Policy, policySchema } from './policy.ts'

/** One setting of a policy as people edit it: a text that is read from the policy and written back. */

export interface Option {
  readonly value: string
  readonly label: string
}

export type FieldForm =
  | { readonly kind: 'line' }
  /** Several lines; longer ones are split over several inputs. */
  | { readonly kind: 'lines' }
  | { readonly kind: 'choice'; readonly options: readonly Option[] }
  /** Any number of the options; the text holds one a line. */
  | { readonly kind: 'choices'; readonly options: readonly Option[] }
  /** People picked by name; the text holds one id a line. */
  | { readonly kind: 'people' }
  | { readonly kind: 'channel' }
  /** A day, as 2026-12-25. */
  | { readonly kind: 'date' }

export type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: string }

export interface PolicyField {
  /** Unique; differs from the path where two fields edit parts of one setting. */
  readonly id: string
  /** Dotted path of the setting, as pins and policy files name it. */
  readonly path: string
  readonly label: string
  readonly help: string
  readonly form: FieldForm
  /** Adds to a setting that another field shows, so that there is nothing to read. */
  readonly isInputOnly?: true
  /** Faults that belong to this field besides those at its path. */
  readonly owns?: RegExp
  readonly format: (policy: Policy) => string
  /** The setting's new value; `draft` is the policy with what was written before this field. */
  readonly parse: (text: string, draft: Policy) => Parsed
}

export const value = (parsed: unknown): Parsed => ({ ok: true, value: parsed })
export const fault = (words: string): Parsed => ({ ok: false, fault: words })

const SHIPPED = policySchema.parse({})

/** What the field holds when nobody ever changed it. */
export function shippedText(field: PolicyField): string {
  return field.format(SHIPPED)
}

/** The value at a path of one or two names. */
function valueAt(policy: Policy, path: string): unknown {
  const [section = '', name] = path.split('.')
  const group = (policy as Readonly<Record<string, unknown>>)[section]
  if (name === undefined) return group
  return isGroup(group) ? group[name] : undefined
}

/** The policy with another value there. Not checked: the schema decides afterwards. */
export function withValueAt(policy: Policy, path: string, next: unknown): Policy {
  const [section = '', name] = path.split('.')
  const group = (policy as Readonly<Record<string, unknown>>)[section]
  const changed = name === undefined ? next : { ...(isGroup(group) ? group : {}), [name]: next }
  return { ...policy, [section]: changed }
}

function isGroup(group: unknown): group is Readonly<Record<string, unknown>> {
  return typeof group === 'object' && group !== null && !Array.isArray(group)
}

type Words = Pick<PolicyField, 'label' | 'help'>

function plainText(policy: Policy, path: string): string {
  const found = valueAt(policy, path)
  return found === null || found === undefined ? '' : String(found)
}

export function numberField(path: string, label: string, help: string): PolicyField {
  return {
    ...{ id: path, path, label, help, form: { kind: 'line' } },
    format: (policy) => plainText(policy, path),
    parse(text) {
      const typed = text.trim().replace(/%$/, '')
      return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(typed) ? value(Number(typed)) : fault('must be a number')
    },
  }
}

/** A text that may be left empty, which is null. */
export function lineField(path: string, label: string, help: string, isNullable = true): PolicyField {
  return {
    ...{ id: path, path, label, help, form: { kind: 'line' } },
    format: (policy) => plainText(policy, path),
    parse(text) {
      const typed = text.trim()
      if (typed !== '') return value(typed)
      return isNullable ? value(null) : fault('must not be empty')
    },
  }
}

/** A whole text, empty for the built-in one. */
export function textField(path: string, { label, help }: Words, builtIn: string): PolicyField {
  return {
    ...{ id: path, path, label, help, form: { kind: 'lines' } },
    format: (policy) => plainText(policy, path) || builtIn,
    parse: (text) => value(text.trim() === '' || text.trim() === builtIn.trim() ? null : text),
  }
}

export function choiceField(
  path: string,
  { label, help }: Words,
  options: Readonly<Record<string, string>>,
): PolicyField {
  const known = optionsOf(options)
  return {
    ...{ id: path, path, label, help, form: { kind: 'choice', options: known } },
    format: (policy) => plainText(policy, path),
    parse: (text) => (text === '' ? fault('must be chosen') : value(text)),
  }
}

export function switchField(path: string, label: string, help: string): PolicyField {
  const options = optionsOf({ on: 'On', off: 'Off' })
  return {
    ...{ id: path, path, label, help, form: { kind: 'choice', options } },
    format: (policy) => (valueAt(policy, path) === true ? 'on' : 'off'),
    parse: (text) => (text === 'on' || text === 'off' ? value(text === 'on') : fault('must be on or off')),
  }
}

export function choicesField(
  path: string,
  { label, help }: Words,
  options: Readonly<Record<string, string>>,
  toValue: (text: string) => unknown = (text) => text,
): PolicyField {
  return {
    ...{ id: path, path, label, help, form: { kind: 'choices', options: optionsOf(options) } },
    format: (policy) => listAt(policy, path).map(String).join('\n'),
    parse: (text) => value(linesOf(text).map(toValue)),
  }
}

/** A list of texts, one a line. */
export function linesField(path: string, label: string, help: string): PolicyField {
  return {
    ...{ id: path, path, label, help, form: { kind: 'lines' } },
    format: (policy) => listAt(policy, path).map(String).join('\n'),
    parse: (text) => value(linesOf(text)),
  }
}

export function channelField(path: string, label: string, help: string): PolicyField {
  return {
    ...{ id: path, path, label, help, form: { kind: 'channel' } },
    format: (policy) => plainText(policy, path),
    parse: (text) => value(text.trim() === '' ? null : text.trim()),
  }
}

const isUserGroup = (id: string): boolean => id.startsWith('S')

/** People and user groups of one list: people are picked by name, groups are given by id. */
export function peopleFields(path: string, { label, help }: Words): readonly PolicyField[] {
  const part = (policy: Policy, groups: boolean) =>
    listAt(policy, path)
      .map(String)
      .filter((id) => isUserGroup(id) === groups)
  return [
    {
      ...{ id: `${path}:people`, path, label, help, form: { kind: 'people' } },
      format: (policy) => part(policy, false).join('\n'),
      parse: (text, draft) => value([...linesOf(text), ...part(draft, true)]),
    },
    {
      ...{ id: `${path}:groups`, path, label: `${label}: user groups`, form: { kind: 'lines' } },
      help: 'Ids of user groups (S…), one a line: About this group → Copy group ID.',
      owns: new RegExp(`^${path.replace('.', '\\.')}\\.\\d+$`),
      format: (policy) => part(policy, true).join('\n'),
      parse(text, draft) {
        const ids = linesOf(text)
        const wrong = ids.findIndex((id) => !isUserGroup(id))
        if (wrong >= 0) return fault(`line ${wrong + 1} must be the id of a user group (S…)`)
        return value([...part(draft, false), ...ids])
      },
    },
  ]
}

export function listAt(policy: Policy, path: string): readonly unknown[] {
  const found = valueAt(policy, path)
  return Array.isArray(found) ? found : []
}

/** Lines with something on them. */
export function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function optionsOf(options: Readonly<Record<string, string>>): readonly Option[] {
  return Object.entries(options).map(([name, label]) => ({ value: name, label }))
}
