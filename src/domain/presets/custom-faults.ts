import { type CustomPreset, customPresetSchema } from './custom-schema.ts'

/** Faults of a described source as sentences: which field, what was found, what is right, an example. */

/** An example of a right value, by the field's path with numbers as `*`. */
const EXAMPLES: Readonly<Record<string, string>> = {
  name: '"asana"',
  title: '"Asana"',
  rules:
    '[{"kind": "grant", "when": [{"field": "event_type", "value": "role_changed"}], "grantee": "target.email", "role": "new_role"}]',
  'rules.*.kind': '"grant"',
  'rules.*.when': '[{"field": "event_type", "op": "equals", "value": "role_changed"}]',
  'rules.*.when.*.op': '"equals"',
  'rules.*.when.*.field': '"event_type"',
  'rules.*.when.*': '{"field": "event_type", "op": "in", "values": ["role_changed", "role_added"]}',
  'rules.*.grantee': '{"id": "target.id", "email": "target.email"}',
  'rules.*.role': '"details.new_role"',
  'rules.*.context': '"api-token"',
  'rules.*.control': '"two-factor-requirement"',
  'rules.*.each': '"targets"',
  'rules.*.tier': '"T1"',
  grantor: '{"id": "actor.id", "email": "actor.email"}',
  grantee: '{"id": "target.id", "email": "target.email"}',
  roles: '[{"match": "*admin*", "tier": "T1"}, {"match": "member", "tier": "none"}]',
  'roles.*.tier': '"T1"',
  'roles.*.match': '"*admin*"',
  otherRoles: '"none"',
  time: '"created_at"',
  act: '"id"',
  runbook: '"curl -X DELETE https://api.example.com/members/{grantee.id:url}"',
  settleMinutes: '10',
  overlapMinutes: '15',
  latestEventDays: '7',
  failedWhen: '[{"field": "status", "value": "FAILED"}]',
  filter: '[{"field": "event_type", "op": "in", "values": ["role_changed"]}]',
}
const FAULTS_MAX = 20
const FOUND_CHARACTERS_MAX = 80

export type ParsedCustomPreset =
  | { readonly ok: true; readonly preset: CustomPreset }
  | { readonly ok: false; readonly faults: readonly string[] }

/** Checks a description from outside. */
export function parseCustomPreset(value: unknown): ParsedCustomPreset {
  const result = customPresetSchema.safeParse(value)
  if (result.success) return { ok: true, preset: result.data }
  return {
    ok: false,
    faults: result.error.issues.slice(0, FAULTS_MAX).map((issue) => customFault(value, issue)),
  }
}

interface Issue {
  readonly code?: string | undefined
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
  readonly expected?: string
  readonly values?: readonly unknown[]
  readonly origin?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  /** Of a value that may have several forms: what is wrong by each of them. */
  readonly errors?: readonly (readonly Issue[])[]
}

/** One sentence for one issue of the schema. */
export function customFault(value: unknown, issue: Issue): string {
  const nearest = nearestIssue(issue)
  const path = nearest.path.map(String)
  const field = path.length === 0 ? 'the file' : path.join('.')
  if (nearest.code === 'unrecognized_keys')
    return `${field}: holds ${(nearest.keys ?? []).map((key) => JSON.stringify(key)).join(', ')}, which nothing reads; check the spelling.`
  const found = foundAt(value, path)
  const example = exampleFor(path)
  const what = `${found === null ? 'is missing' : `found ${found}`}; ${rightOf(nearest)}`
  return `${field}: ${what}${example === null ? '.' : `. For example ${example}.`}`
}

/** Of a value that may be a text or an object, the fault of the form that was meant. */
function nearestIssue(issue: Issue): Issue {
  const meant = (issue.errors ?? []).flatMap(([first]) =>
    first === undefined || (first.code === 'invalid_type' && first.path.length === 0) ? [] : [first],
  )
  const [only, ...more] = meant
  return only === undefined || more.length > 0 ? issue : { ...only, path: [...issue.path, ...only.path] }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
}

/** What is right, as the end of a sentence. */
function rightOf(issue: Issue): string {
  const { code, origin } = issue
  if (code === 'invalid_type') return `must be ${TYPES[issue.expected ?? ''] ?? 'something else'}`
  if (code === 'invalid_value') return `must be one of ${(issue.values ?? []).join(', ')}`
  if (code === 'invalid_union') return 'must be a text, or an object in { }'
  if (code === 'too_small')
    return origin === 'number' ? `must be at least ${issue.minimum}` : 'must not be empty'
  if (code === 'too_big')
    return `must be at most ${issue.maximum}${origin === 'string' ? ' characters long' : origin === 'array' ? ' items long' : ''}`
  return issue.message
}

/** What stands there, as JSON; null for nothing. */
function foundAt(value: unknown, path: readonly string[]): string | null {
  let found: unknown = value
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return null
    found = (found as Record<string, unknown>)[name]
  }
  const text = JSON.stringify(found)
  if (text === undefined) return null
  return text.length > FOUND_CHARACTERS_MAX ? `${text.slice(0, FOUND_CHARACTERS_MAX)}…` : text
}

/** The example of the field itself, else of the nearest one around it. */
function exampleFor(path: readonly string[]): string | null {
  const general = path.map((part) => (/^\d+$/.test(part) ? '*' : part))
  for (let length = general.length; length > 0; length -= 1) {
    const example = EXAMPLES[general.slice(0, length).join('.')]
    if (example !== undefined) return example
  }
  return null
}
