import type { Role } from '../grant.ts'
import { accountPrivilege, accountRole, type Grantee, roleWithin } from './snowflake-roles.ts'
import { type Token, tokensOf } from './snowflake-tokens.ts'

/**
 * What a statement in QUERY_HISTORY does to privileges: GRANT ROLE name TO USER or ROLE name, REVOKE ROLE name FROM
 * either, and their kin for database roles, application roles and privileges. Only the first statement of a text
 * counts: Snowflake logs each of several on its own.
 */
export type Statement =
  | {
      readonly form: 'grant' | 'revoke'
      /** Empty when nothing that it gives is a privilege. */
      readonly roles: readonly Role[]
      readonly grantee: Grantee | null
    }
  | {
      readonly form: 'create-user' | 'alter-user' | 'drop-user'
      readonly user: string
      /** The words of the statement in upper case: which properties it sets. */
      readonly words: ReadonlySet<string>
    }
  | { readonly form: 'security-integration'; readonly name: string }

const NAME_PARTS_MAX = 4
const PRIVILEGES_MAX = 50

/** Tokens with the place reached; the only thing here that changes. */
interface Cursor {
  readonly tokens: readonly Token[]
  at: number
}

function peek(cursor: Cursor): Token | undefined {
  return cursor.tokens[cursor.at]
}

/** Takes these words if they come next, and says whether they did. */
function took(cursor: Cursor, ...words: readonly string[]): boolean {
  const fits = words.every((word, index) => {
    const token = cursor.tokens[cursor.at + index]
    return token?.kind === 'word' && token.text.toUpperCase() === word
  })
  if (fits) cursor.at += words.length
  return fits
}

function tookSign(cursor: Cursor, sign: string): boolean {
  const token = peek(cursor)
  if (token?.kind !== 'sign' || token.text !== sign) return false
  cursor.at += 1
  return true
}

/** A name as Snowflake stores it: unquoted in upper case. Null for a variable or a bind. */
function tookName(cursor: Cursor): readonly string[] | null {
  if (took(cursor, 'IDENTIFIER') && tookSign(cursor, '(')) {
    const literal = peek(cursor)
    cursor.at += 1
    if (!tookSign(cursor, ')') || literal?.kind !== 'string') return null
    return dottedName({ tokens: tokensOf(literal.text), at: 0 })
  }
  return dottedName(cursor)
}

function dottedName(cursor: Cursor): readonly string[] | null {
  const parts: string[] = []
  for (let count = 0; count < NAME_PARTS_MAX; count += 1) {
    const token = peek(cursor)
    if (token?.kind !== 'word' && token?.kind !== 'quoted') break
    parts.push(token.kind === 'word' ? token.text.toUpperCase() : token.text)
    cursor.at += 1
    if (!tookSign(cursor, '.')) break
  }
  return parts.length === 0 ? null : parts
}

function lastOf(parts: readonly string[] | null): string | null {
  return parts?.at(-1) ?? null
}

/** Whom it goes to; a share, an application or a role inside a database is nobody's administrator. */
function tookGrantee(cursor: Cursor, wantsKind: boolean): Grantee | null {
  const kind = took(cursor, 'USER') ? 'user' : took(cursor, 'ROLE') || !wantsKind ? 'role' : null
  if (kind === null) return null
  const name = lastOf(tookName(cursor))
  return name === null ? null : { kind, name }
}

export function statementOf(sql: string, database: string | null): Statement | null {
  const cursor: Cursor = { tokens: tokensOf(sql), at: 0 }
  const form = took(cursor, 'GRANT') ? 'grant' : took(cursor, 'REVOKE') ? 'revoke' : null
  if (form === null) return definition(cursor)
  // The privilege stays, only the right to pass it on goes.
  if (form === 'revoke' && took(cursor, 'GRANT', 'OPTION', 'FOR')) return { form, roles: [], grantee: null }
  const subject = rolesGiven(cursor, database)
  // What stands between, such as the object of a privilege, has been read or does not matter.
  while (cursor.at < cursor.tokens.length && !took(cursor, form === 'grant' ? 'TO' : 'FROM')) cursor.at += 1
  return { form, roles: subject.roles, grantee: tookGrantee(cursor, subject.isRole) }
}

interface Subject {
  readonly roles: readonly Role[]
  /** A grant of a role must say whether a user or a role gets it; of a privilege it need not. */
  readonly isRole: boolean
}

const known = (roles: readonly (Role | null)[]) => roles.filter((role) => role !== null)

function rolesGiven(cursor: Cursor, database: string | null): Subject {
  if (took(cursor, 'ROLE')) {
    const name = lastOf(tookName(cursor))
    return { roles: name === null ? [] : known([accountRole(name)]), isRole: true }
  }
  for (const kind of ['database', 'application'] as const)
    if (took(cursor, kind.toUpperCase(), 'ROLE')) {
      const parts = tookName(cursor)
      const name = lastOf(parts)
      const outer = parts?.at(-2) ?? (kind === 'database' ? database : null) ?? '*'
      return { roles: name === null ? [] : known([roleWithin(kind, outer, name)]), isRole: true }
    }
  return { roles: privilegesGiven(cursor), isRole: false }
}

function privilegesGiven(cursor: Cursor): readonly Role[] {
  const privileges: string[] = []
  let words: string[] = []
  while (!took(cursor, 'ON')) {
    const token = peek(cursor)
    if (token === undefined || privileges.length >= PRIVILEGES_MAX) return []
    if (token.kind === 'word') words.push(token.text.toUpperCase())
    else if (token.text === ',') {
      privileges.push(words.join(' '))
      words = []
    }
    cursor.at += 1
  }
  privileges.push(words.join(' '))
  if (took(cursor, 'ACCOUNT')) return known(privileges.map(accountPrivilege))
  // Whoever owns a role can give it; owning roles of one's own making is the rule, not a privilege.
  if (!privileges.includes('OWNERSHIP') || !took(cursor, 'ROLE')) return []
  const name = lastOf(tookName(cursor))
  const role = name === null ? null : accountRole(name)
  return role === null || role.tier === 'T2' ? [] : [role]
}

/** Statements that are context: users made, changed and dropped, and ways to sign in. */
function definition(cursor: Cursor): Statement | null {
  const verb = (['CREATE', 'ALTER', 'DROP'] as const).find((word) => took(cursor, word))
  if (verb === undefined) return null
  took(cursor, 'OR', 'REPLACE')
  if (verb !== 'DROP' && took(cursor, 'SECURITY', 'INTEGRATION')) {
    const name = namedThing(cursor)
    return name === null ? null : { form: 'security-integration', name }
  }
  if (!took(cursor, 'USER')) return null
  const user = namedThing(cursor)
  if (user === null) return null
  const words = cursor.tokens.slice(cursor.at).filter(({ kind }) => kind === 'word')
  const form = ({ CREATE: 'create-user', ALTER: 'alter-user', DROP: 'drop-user' } as const)[verb]
  return { form, user, words: new Set(words.map(({ text }) => text.toUpperCase())) }
}

function namedThing(cursor: Cursor): string | null {
  took(cursor, 'IF', 'NOT', 'EXISTS')
  took(cursor, 'IF', 'EXISTS')
  return lastOf(tookName(cursor))
}
