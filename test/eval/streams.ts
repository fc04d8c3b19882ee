import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { directionOf, type Grant, grantIdOf, grantKeyOf, type Tier } from '../../src/domain/grant.ts'
import { localTimeOf } from '../../src/domain/local-time.ts'
import { createRandom, type Random, seedOf } from './random.ts'

/** Real histories of privileged grants, as the domain's own grants: what the evaluation takes for ordinary life. */

export const TENANT = 'eval'
const FIXTURES = new URL('../fixtures/streams/', import.meta.url)

/** Presumed-benign newcomers whose name resembles a known person's: 1.8% and 1.3% of real logins on the two projects. */
const LOOK_ALIKE_SHARE = 0.016

interface StreamLine {
  readonly id: string
  readonly time: string
  readonly grantor_local_time?: string | null
  readonly op: 'grant' | 'revoke'
  readonly app: string
  readonly role: string
  readonly level?: string
  readonly grantee: string
  readonly grantor: string | null
  readonly grantor_source?: string | null
  readonly bulk?: boolean
  readonly rename?: boolean
  readonly commit: string
  readonly has_ticket?: boolean
  readonly reason_given?: boolean
}

/** All that one human act gave and took. */
export interface Change {
  readonly id: string
  readonly at: number
  readonly grants: readonly Grant[]
  /** Whether it is asked about at all: not bulk, not a renaming, the grantor known for sure. */
  readonly scored: boolean
}

export interface Stream {
  readonly name: string
  readonly feedId: string
  /** Oldest first. */
  readonly changes: readonly Change[]
}

/** All streams of a folder (`DIR/streams`, else `DIR` itself), or the project's own. */
export function loadStreams(folder: string | null): readonly Stream[] {
  const place =
    folder === null
      ? FIXTURES
      : new URL(`file://${existsSync(`${folder}/streams`) ? `${folder}/streams` : folder}/`)
  return readdirSync(place)
    .filter((name) => /\.ndjson(\.gz)?$/.test(name))
    .sort()
    .map((name) => {
      const bytes = readFileSync(new URL(name, place))
      const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
      return streamOf(name.replace(/\.ndjson(\.gz)?$/, ''), text)
    })
}

export function streamOf(name: string, text: string): Stream {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as StreamLine)
    .sort((one, other) => Date.parse(one.time) - Date.parse(other.time))
  const names = withLookAlikes(lines, createRandom(seedOf('look-alikes', name)))
  const byCommit = new Map<string, StreamLine[]>()
  for (const line of lines) {
    const same = byCommit.get(line.commit) ?? []
    byCommit.set(line.commit, same)
    same.push({ ...line, grantee: names.get(line.grantee) ?? line.grantee, grantor: personIn(names, line) })
  }
  const changes = [...byCommit].map(([id, same]) => changeOf(id, same))
  return { name, feedId: lines[0]?.app ?? name, changes: changes.toSorted((a, b) => a.at - b.at) }
}

function personIn(names: ReadonlyMap<string, string>, line: StreamLine): string | null {
  return line.grantor === null ? null : (names.get(line.grantor) ?? line.grantor)
}

/**
 * The people of the streams are pseudonyms that resemble nobody, where real newcomers now and then do: a share of
 * them takes a name one letter away from a person known by then.
 */
function withLookAlikes(lines: readonly StreamLine[], random: Random): ReadonlyMap<string, string> {
  const known: string[] = []
  const seen = new Set<string>()
  const names = new Map<string, string>()
  for (const { grantee, op } of lines) {
    if (op !== 'grant' || seen.has(grantee)) continue
    seen.add(grantee)
    if (known.length > 0 && !grantee.includes(':') && random.chance(LOOK_ALIKE_SHARE))
      names.set(grantee, oneEditAway(random.pick(known), random))
    known.push(names.get(grantee) ?? grantee)
  }
  return names
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** A letter swapped, put in, left out or exchanged with its neighbour, never the first two. */
export function oneEditAway(name: string, random: Random): string {
  for (;;) {
    const place = 2 + random.below(Math.max(1, name.length - 2))
    const [head, here, tail] = [name.slice(0, place), name.slice(place, place + 1), name.slice(place + 1)]
    const letter = random.pick([...LETTERS])
    const edited = random.pick([
      head + letter + tail,
      head + letter + here + tail,
      head + tail,
      head + tail.slice(0, 1) + here + tail.slice(1),
    ])
    if (edited !== name) return edited
  }
}

function changeOf(id: string, lines: readonly StreamLine[]): Change {
  const at = Date.parse(lines[0]?.time ?? '')
  const grants = lines.map((line) =>
    grantOf({
      act: id,
      at,
      feedId: line.app,
      kind: line.op === 'grant' ? 'grant' : 'removal',
      grantee: line.grantee,
      grantor: isSure(line) ? line.grantor : null,
      role: line.role,
      tier: tierOf(line.level),
      ticket: line.has_ticket === true,
      reason: line.reason_given === true,
      offsetMinutes: offsetOf(line.grantor_local_time ?? null),
    }),
  )
  const scored = lines.some((line) => line.op === 'grant' && !line.bulk && !line.rename && isSure(line))
  return { id, at, grants, scored }
}

function isSure(line: StreamLine): boolean {
  return line.grantor !== null && !/^(uploader|unknown)/.test(line.grantor_source ?? '')
}

function tierOf(level: string | undefined): Tier {
  if (level === 'critical') return 'T0'
  return level === 'high' ? 'T1' : 'T2'
}

function offsetOf(localTime: string | null): number | null {
  const match = /([+-])(\d\d):?(\d\d)$/.exec(localTime ?? '')
  if (match === null) return null
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? 0 - minutes : minutes
}

export interface GrantFacts {
  readonly act: string
  readonly at: number
  readonly feedId: string
  readonly kind: 'grant' | 'removal'
  readonly grantee: string
  readonly grantor: string | null
  readonly role: string
  readonly tier: Tier
  readonly ticket: boolean
  readonly reason: boolean
  readonly offsetMinutes: number | null
}

/** A grant of the domain; a name with a colon, such as `team:infra`, is a group's. */
export function grantOf(facts: GrantFacts): Grant {
  const { act, at, feedId, kind, grantee, grantor, role } = facts
  const direction = directionOf(kind)
  const grantKey = grantKeyOf({ feedId, act, direction, granteeKey: grantee, roleId: role, scope: '*' })
  const type = grantee.includes(':') ? 'group' : 'user'
  return {
    id: grantIdOf(TENANT, grantKey),
    tenantId: TENANT,
    grantKey,
    feedId,
    source: 'plain',
    act,
    kind,
    direction,
    occurredAt: at,
    localOffsetMinutes: facts.offsetMinutes,
    ...localTimeOf(at, { localOffsetMinutes: facts.offsetMinutes, timezone: 'UTC' }),
    grantee: { id: grantee, email: null, name: null, type },
    grantor: grantor === null ? null : { id: grantor, email: null, name: null, type: 'user' },
    granteePerson: grantee,
    grantorPerson: grantor,
    role: { id: role, name: role, tier: facts.tier, scope: '*' },
    standing: kind === 'grant',
    firstSeen: false,
    mechanism: 'iac',
    ip: null,
    country: null,
    asn: null,
    userAgent: null,
    session: null,
    justification: facts.reason ? 'reason' : null,
    ticket: facts.ticket ? 'TICKET-1' : null,
    expiresAt: null,
    path: null,
    holding: null,
    outcome: 'success',
    ingestedAt: '',
    raw: '',
  }
}
