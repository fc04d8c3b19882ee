import { textOf } from '../event-fields.ts'

/**
 * The free text of the setup audit trail, for instance `Permission set Sales Ops: assigned to user Jane Doe (UserID:
 * [0055g000005ABCD])`. Names in it are anybody's to choose, so the action decides the direction, the text only names
 * the parties, and what is in brackets at its very end counts before any name.
 */

const TEXT_MAX = 2_000
const USER_ID = /\s*\(UserID:\s*\[?([a-zA-Z0-9]{15,18})\]?\)\s*\.?$/i

export interface NamedUser {
  readonly id: string | null
  readonly name: string | null
}

export interface Assignment {
  readonly role: string
  readonly user: NamedUser
}

function textIn(display: unknown): string | null {
  return textOf(display, TEXT_MAX)
}

function userIn(text: string): NamedUser {
  const match = USER_ID.exec(text)
  const name = (match === null ? text : text.slice(0, match.index)).trim().replace(/\.$/, '')
  return { id: match?.[1] ?? null, name: name === '' ? null : name }
}

const ASSIGNED = /^permission set (?:group )?(.+)\s*:\s*(?:has been )?assigned to user:? (.+)$/is
const UNASSIGNED = /^permission set (?:group )?(.+)\s*:\s*(?:has been )?unassigned from user:? (.+)$/is

export function assignmentIn(display: unknown, direction: 'given' | 'taken'): Assignment | null {
  const match = (direction === 'given' ? ASSIGNED : UNASSIGNED).exec(textIn(display) ?? '')
  return match === null ? null : { role: (match[1] ?? '').trim(), user: userIn(match[2] ?? '') }
}

const PROFILE = /^changed profile for user (.+) from (.+) to (.+)$/is

export interface ProfileChange {
  readonly user: NamedUser
  readonly from: string
  readonly to: string
}

export function profileChangeIn(display: unknown): ProfileChange | null {
  const match = PROFILE.exec(textIn(display) ?? '')
  if (match === null) return null
  const last = userIn(match[3] ?? '')
  const user = userIn(match[1] ?? '')
  return {
    user: { id: user.id ?? last.id, name: user.name },
    from: (match[2] ?? '').trim(),
    to: last.name ?? '',
  }
}

const ABOUT_USER = /^.*\b(?:user|as|for):? (.+)$/is

/** The user at the end of other texts, such as `Created new user Jane Doe`. */
export function userAtEndOf(display: unknown): NamedUser | null {
  const match = ABOUT_USER.exec(textIn(display) ?? '')
  return match === null ? null : userIn(match[1] ?? '')
}
