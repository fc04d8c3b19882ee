import { proseOf, type RowContext, timeCells } from './analyst-rows.ts'
import { plainValue } from './sentence.ts'
import type { ResultRow } from './tool-result.ts'

/** Raw events of audit logs as rows: what happened, who did it, and the rest as one clipped text. */

const DEPTH_MAX = 6
const LEAVES_MAX = 80
const LEAF_CHARACTERS_MAX = 80

/** Where the logs that we know say what happened and who did it; the first that is there counts. */
const ACTIONS = [
  'eventtype',
  'eventname',
  'action',
  'activitydisplayname',
  'operationname',
  'operation',
  'methodname',
  'verb',
  'event',
  'type',
]
const ACTORS = [
  'actor.alternateid',
  'actor.email',
  'actor_login',
  'actor.login',
  'useridentity.arn',
  'useridentity.username',
  'initiatedby.user.userprincipalname',
  'principalemail',
  'actor.user.email',
  'userid',
  'user.username',
  'grantor',
  'actor',
  'user',
]

interface Leaf {
  readonly path: string
  readonly value: string
}

export function activityRow(event: unknown, at: number | null, context: RowContext): ResultRow {
  const leaves: Leaf[] = []
  collect(leaves, event, { path: '', depth: 0 })
  const named = (names: readonly string[]): string | null => {
    for (const name of names) {
      const leaf = leaves.find(({ path }) => {
        const lower = path.toLowerCase()
        return lower === name || lower.endsWith(`.${name}`)
      })
      if (leaf !== undefined) return plainValue(leaf.value)
    }
    return null
  }
  return {
    ...(at === null ? { when: null } : timeCells(at, context)),
    event: named(ACTIONS),
    actor: named(ACTORS),
    event_text: proseOf(leaves.map(({ path, value }) => `${path}=${value}`).join('; ')),
  }
}

function collect(
  leaves: Leaf[],
  value: unknown,
  place: { readonly path: string; readonly depth: number },
): void {
  if (leaves.length >= LEAVES_MAX || value === null || value === undefined || value === '') return
  if (typeof value !== 'object') {
    leaves.push({
      path: place.path,
      value: plainValue(String(value)).slice(0, LEAF_CHARACTERS_MAX).toWellFormed(),
    })
    return
  }
  if (place.depth >= DEPTH_MAX) return
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value).slice(0, LEAVES_MAX)
  for (const [key, inner] of entries) {
    if (place.depth === 0 && key.startsWith('_')) continue
    const path = place.path === '' ? key : Array.isArray(value) ? place.path : `${place.path}.${key}`
    collect(leaves, inner, { path: plainValue(path), depth: place.depth + 1 })
  }
}
