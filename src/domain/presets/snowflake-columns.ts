import { type Fields, fieldsOf, valueAt } from '../event-fields.ts'

/** Columns of Snowflake's views in upper or lower case, and behind the type marks of Log Analytics (`ROLE_s`). */

const MARKS = ['', '_s', '_t', '_g', '_d'] as const
const NAMES = new Map<string, readonly string[]>()
const NAMES_MAX = 100

function spellings(name: string): readonly string[] {
  const known = NAMES.get(name)
  if (known !== undefined) return known
  const made = MARKS.map((mark) => name + mark)
  if (NAMES.size < NAMES_MAX) NAMES.set(name, made)
  return made
}

/** Sent empty is as good as not sent: exports write `''` for null. */
export function columnAt(fields: Fields, name: string): unknown {
  for (const spelling of spellings(name)) {
    const value = valueAt(fields, spelling)
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

const MARKERS = ['QUERY_TEXT', 'GRANTEE_NAME', 'GRANTED_TO', 'QUERY_TEXT_s', 'GRANTEE_NAME_s']
const ELASTIC = 'snowflake.grants_to_users'

/** Where the row's columns are; Elastic moves those of GRANTS_TO_USERS into fields of its own. */
export function columnsOf(event: unknown, prefix: string | null): Fields {
  const fields = fieldsOf(event, { prefix, markers: MARKERS })
  if (valueAt(fields, 'GRANTED_TO') !== undefined || valueAt(fields, 'QUERY_TEXT') !== undefined)
    return fields
  if (valueAt(fields, ELASTIC) === undefined) return fields
  const roles = valueAt(fields, 'user.roles')
  const root = {
    ROLE: Array.isArray(roles) ? roles[0] : roles,
    GRANTED_TO: 'USER',
    GRANTEE_NAME: valueAt(fields, 'user.target.name'),
    CREATED_ON: valueAt(fields, 'event.start'),
    DELETED_ON: valueAt(fields, 'event.end'),
  }
  return { root, base: '' }
}
