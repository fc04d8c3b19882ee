import type { Grant, Role } from '../grant.ts'
import { shellWord } from '../shell.ts'
import { granteeBehind, privilegeOf } from './snowflake-roles.ts'

// `snow sql` fills in templates inside a query, and a shell's paste loses control characters: no name has either.
const NAME = /^[^&<>{}%\u0000-\u001f\u007f-\u009f\ufffd]{1,200}$/

function sqlName(name: string): string | null {
  return NAME.test(name) ? `"${name.replaceAll('"', '""')}"` : null
}

/** What stands between REVOKE and FROM. */
function subjectOf(role: Role): string | null {
  const privilege = privilegeOf(role)
  if (privilege !== null) return `${privilege} ON ACCOUNT`
  const within = /^(database|application)-role:(.+)$/s.exec(role.id)
  if (within === null) {
    const name = sqlName(role.id)
    return name === null ? null : `ROLE ${name}`
  }
  const [kind = '', name] = [within[1], sqlName(within[2] ?? '')]
  const outer = sqlName(role.scope.slice(kind.length + 1))
  return name === null || outer === null || outer === '"*"'
    ? null
    : `${kind.toUpperCase()} ROLE ${outer}.${name}`
}

/** By Snowflake's own command line, with whatever connection the engineer has configured for it. */
export function snowflakeRunbook(grant: Grant): string | null {
  if (grant.direction !== 'given') return null
  const subject = subjectOf(grant.role)
  const grantee = granteeBehind(grant.grantee)
  const name = sqlName(grantee.name)
  if (subject === null || name === null) return null
  return `snow sql -q ${shellWord(`REVOKE ${subject} FROM ${grantee.kind.toUpperCase()} ${name}`)}`
}
