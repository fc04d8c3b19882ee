import { EVERY_ROLE, type Grant } from '../domain/grant.ts'
import { isAskedFor } from '../domain/presets/custom-filter.ts'
import type { Preset } from '../domain/presets/preset.ts'

/** How well a preset's mapping covers a sample: which fields stay empty, and which roles have no tier of their own. */
export interface Coverage {
  note(grant: Grant, isTimed: boolean): void
  /** An event that was read. */
  noteEvent(event: unknown): void
  lines(): readonly string[]
}

const ROLES_SHOWN = 10
const ROLES_KEPT_MAX = 1_000
const ROLE_CHARACTERS_MAX = 60

const TIME = 'time'
const FIELDS: readonly (readonly [string, (grant: Grant) => boolean])[] = [
  ['grantor', (grant) => grant.grantor !== null],
  ['grantee e-mail', (grant) => grant.grantee.email !== null],
  ['grantor e-mail', (grant) => grant.grantor !== null && grant.grantor.email !== null],
  ['grantee type', (grant) => grant.grantee.type !== 'unknown'],
  ['scope', (grant) => grant.role.scope !== '*'],
  ['ip', (grant) => grant.ip !== null],
  ['mechanism', (grant) => grant.mechanism !== 'unknown'],
  ['justification', (grant) => grant.justification !== null],
  ['ticket', (grant) => grant.ticket !== null],
  ['expiry', (grant) => grant.expiresAt !== null],
]

export function startCoverage(preset: Preset): Coverage {
  let seen = 0
  let read = 0
  let unasked = 0
  const empty = new Map<string, number>()
  const uncatalogued = new Map<string, number>()
  return {
    note(grant, isTimed) {
      if (grant.direction === 'none') return
      seen += 1
      const missing = FIELDS.filter(([, isFilled]) => !isFilled(grant)).map(([name]) => name)
      for (const name of isTimed ? missing : [TIME, ...missing]) empty.set(name, (empty.get(name) ?? 0) + 1)
      // A removal of all that somebody had names no role.
      if (grant.role.id === EVERY_ROLE) return
      const known = preset.isCatalogued?.(grant.role) ?? grant.role.tier !== 'T2'
      const name = grant.role.name.slice(0, ROLE_CHARACTERS_MAX)
      if (!known && (uncatalogued.has(name) || uncatalogued.size < ROLES_KEPT_MAX))
        uncatalogued.set(name, (uncatalogued.get(name) ?? 0) + 1)
    },
    noteEvent(event) {
      // The filters of built-in sources are tested; a team's own is tried out here.
      if (preset.proof !== 'the team') return
      read += 1
      if (!isAskedFor(preset.filter, event)) unasked += 1
    },
    lines() {
      if (seen === 0) return ['  nothing was read as a grant or a removal: check the conditions of the rules']
      const blank = [TIME, ...FIELDS.map(([name]) => name)].flatMap((name) => {
        const times = empty.get(name) ?? 0
        return times === 0 ? [] : [`${name} ${times} of ${seen}`]
      })
      const roles = [...uncatalogued].sort(([, one], [, other]) => other - one)
      const shown = roles.slice(0, ROLES_SHOWN).map(([name, times]) => `${JSON.stringify(name)} ${times}`)
      const more = roles.length > ROLES_SHOWN ? ` and ${roles.length - ROLES_SHOWN} more` : ''
      return [
        ...(unasked === 0 ? [] : [unaskedLine(unasked, read)]),
        `  empty: ${blank.length === 0 ? 'nothing' : blank.join(', ')}`,
        roles.length === 0
          ? '  every role has a tier of its own'
          : `  roles without a tier of their own, so T2: ${shown.join(', ')}${more}`,
      ]
    },
  }
}

function unaskedLine(unasked: number, read: number): string {
  return `  not asked for: ${unasked} of ${read} events would be read but Axiom would not be asked for them, since the field of the filter is within a list or a text there; state a filter on a field of its own`
}
