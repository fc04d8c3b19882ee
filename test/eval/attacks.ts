import { createScene, DAY_MS, HOUR_MS, MINUTE_MS, type Scene } from './attack-scene.ts'
import { createRandom, seedOf } from './random.ts'
import type { Change } from './streams.ts'
import type { World } from './world.ts'

/**
 * Misuse, injected: the streams hold none that is labelled. Kinds a to k are those that the design names, l to s
 * further ones. The kinds stand since before the weights; what counts as an odd hour was widened once after a first
 * look. Kinds l to s have no part in `fit.ts` as it stands, but they had a small one in early fits and their recall was
 * in sight while weights were settled: they are no held-out test.
 */
export const ATTACK_KINDS = {
  a: { name: 'dormant', play: dormant },
  b: { name: 'takeover', play: takeover },
  c: { name: 'self', play: selfGrant },
  d: { name: 'look-alike', play: lookAlike },
  e: { name: 'chain', play: chain },
  f: { name: 'burst', play: burst },
  g: { name: 'night shift', play: nightShift },
  h: { name: 'new group', play: newGroup },
  i: { name: 'washing', play: washing },
  j: { name: 'add and remove', play: addAndRemove },
  k: { name: 'mimic', play: mimic },
  l: { name: 'slow chain', play: slowChain },
  m: { name: 'sleeper', play: sleeper },
  n: { name: 'outsider', play: outsider },
  o: { name: 'sweep', play: sweep },
  p: { name: 'strange day', play: strangeDay },
  q: { name: 'undone removal', play: undoneRemoval },
  r: { name: 'outside field', play: outsideField },
  s: { name: 'relay', play: relay },
} as const

export type AttackKind = keyof typeof ATTACK_KINDS
export const NAMED_KINDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'] as const
/** Over these the recall that must hold is averaged; k, the mimic, is the honest floor. */
export const GATED_KINDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'] as const
export const UNFORESEEN_KINDS = ['l', 'm', 'n', 'o', 'p', 'q', 'r', 's'] as const

export interface Attack {
  readonly kind: AttackKind
  readonly changes: readonly Change[]
}

const DRAWS_MAX = 200

/** One attack at about a moment; null when this organisation offers no occasion for it then. */
export function drawAttack(
  world: World,
  parts: { readonly kind: AttackKind; readonly at: number; readonly feedId: string; readonly seed: number },
): Attack | null {
  const random = createRandom(seedOf(parts.kind, parts.seed, parts.at))
  for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
    const scene = createScene(world, random, {
      ...parts,
      name: `attack-${parts.kind}-${parts.seed}-${parts.at}`,
    })
    if (ATTACK_KINDS[parts.kind].play(scene)) return { kind: parts.kind, changes: scene.changes() }
  }
  return null
}

const ACTIVE_ACTS_MIN = 10
const SILENT_DAYS = { from: 90, to: 1_500 }

function dormant(scene: Scene): boolean {
  const grantor = scene.grantorSilentFor(SILENT_DAYS)
  const role = scene.topRole()
  if (grantor === null || role === null) return false
  const moment = scene.oddHourOf(grantor)
  scene.act(moment, grantor, [{ role, grantee: scene.freshName() }], { ticket: scene.random.chance(0.2) })
  return true
}

function takeover(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = scene.topRole()
  if (grantor === null || role === null) return false
  const moment = scene.oddHourOf(grantor)
  const grantee = scene.freshName()
  const roles = [role, ...scene.otherRoles(1 + scene.random.below(4), role)]
  const ordered = scene.random.chance(0.5) ? roles : scene.shuffled(roles)
  let delayMs = 0
  for (const one of ordered) {
    scene.act({ ...moment, at: moment.at + delayMs }, grantor, [{ role: one, grantee }], { ticket: false })
    delayMs += scene.random.between(1, 8) * MINUTE_MS
  }
  return true
}

function selfGrant(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = grantor === null ? null : scene.topRoleNotHeldBy(grantor)
  if (grantor === null || role === null) return false
  scene.act(scene.usualMomentOf(grantor), grantor, [{ role, grantee: grantor }], 'habit')
  return true
}

function lookAlike(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = scene.topRole()
  const holder = role === null ? null : scene.holderOf(role)
  if (grantor === null || role === null || holder === null) return false
  scene.act(scene.usualMomentOf(grantor), grantor, [{ role, grantee: scene.nameLike(holder) }], 'habit')
  return true
}

function chain(scene: Scene): boolean {
  return chainAfter(scene, scene.random.between(2, 55) * MINUTE_MS)
}

function slowChain(scene: Scene): boolean {
  return chainAfter(scene, scene.random.between(1.5, 10) * DAY_MS)
}

function chainAfter(scene: Scene, delayMs: number): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = scene.topRole()
  const middle = scene.random.chance(0.5) ? scene.freshName() : scene.knownWithout(role)
  if (grantor === null || role === null || middle === null || scene.world.acts.has(middle)) return false
  const moment = scene.usualMomentOf(grantor)
  scene.act(moment, grantor, [{ role, grantee: middle }], 'habit')
  const next = scene.random.chance(0.5) ? role : scene.anyRole()
  const grantee = scene.random.chance(0.7) ? scene.freshName() : scene.knownWithout(next)
  if (grantee === null) return false
  scene.act({ ...moment, at: moment.at + delayMs }, middle, [{ role: next, grantee }], 'team')
  return true
}

function burst(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  if (grantor === null) return false
  const grantee = scene.random.chance(0.5) ? scene.freshName() : scene.knownWithout(null)
  const roles = scene.otherRoles(3 + scene.random.below(6), null)
  if (grantee === null || roles.length < 3) return false
  const moment = scene.usualMomentOf(grantor)
  if (scene.random.chance(0.5)) {
    scene.act(
      moment,
      grantor,
      roles.map((role) => ({ role, grantee })),
      'habit',
    )
    return true
  }
  let delayMs = 0
  for (const role of roles) {
    scene.act({ ...moment, at: moment.at + delayMs }, grantor, [{ role, grantee }], 'habit')
    delayMs += scene.random.between(1, 6) * MINUTE_MS
  }
  return true
}

function nightShift(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = grantor === null ? null : scene.usualRoleOf(grantor)
  const grantee = role === null ? null : scene.knownWithout(role)
  if (grantor === null || role === null || grantee === null) return false
  scene.act(scene.oddHourOf(grantor), grantor, [{ role, grantee }], 'habit')
  return true
}

function newGroup(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = scene.topRole()
  if (grantor === null || role === null) return false
  scene.act(scene.usualMomentOf(grantor), grantor, [{ role, grantee: scene.freshGroup() }], 'habit')
  return true
}

function washing(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const top = scene.topRole()
  if (grantor === null || top === null) return false
  const grantee = scene.freshName()
  const small = scene.smallRoles(3 + scene.random.below(6))
  if (small.length < 3) return false
  const moment = scene.oddHourOf(grantor)
  let days = 0
  for (const role of [top, ...small]) {
    scene.act({ ...moment, at: moment.at - days * DAY_MS }, grantor, [{ role, grantee }], {
      ticket: scene.random.chance(0.5),
    })
    days += 2 + scene.random.below(4)
  }
  return true
}

function addAndRemove(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = scene.topRole()
  const grantee = scene.random.chance(0.5) ? scene.freshName() : scene.knownWithout(role)
  if (grantor === null || role === null || grantee === null) return false
  const moment = scene.usualMomentOf(grantor)
  scene.act(moment, grantor, [{ role, grantee }], 'habit')
  const removedAt = moment.at + scene.random.between(2, 20) * MINUTE_MS
  scene.act({ ...moment, at: removedAt }, grantor, [{ role, grantee, kind: 'removal' }], 'habit')
  return true
}

function mimic(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = grantor === null ? null : scene.usualRoleOf(grantor)
  const grantee = role === null ? null : scene.knownWithout(role)
  if (grantor === null || role === null || grantee === null) return false
  scene.act(scene.usualMomentOf(grantor), grantor, [{ role, grantee }], { ticket: true })
  return true
}

/** Somebody not seen for a year or more is given a top role. */
function sleeper(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = scene.topRole()
  const grantee = scene.personSilentFor(365)
  if (grantor === null || role === null || grantee === null) return false
  scene.act(scene.usualMomentOf(grantor), grantor, [{ role, grantee }], 'habit')
  return true
}

/** Somebody known who never gave a role gives a top role, at the team's hours. */
function outsider(scene: Scene): boolean {
  const role = scene.topRole()
  const grantor = scene.knownWithout(role)
  const grantee = scene.random.chance(0.5) ? scene.freshName() : scene.knownWithout(role)
  if (role === null || grantor === null || grantee === null || grantor === grantee) return false
  if (scene.world.acts.has(grantor)) return false
  scene.act(scene.teamMoment(), grantor, [{ role, grantee }], 'team')
  return true
}

/** One top role for many new accounts, over a few hours. */
function sweep(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = scene.topRole()
  if (grantor === null || role === null) return false
  const moment = scene.usualMomentOf(grantor)
  const count = 6 + scene.random.below(7)
  for (let index = 0; index < count; index += 1)
    scene.act(
      { ...moment, at: moment.at + index * scene.random.between(5, 20) * MINUTE_MS },
      grantor,
      [{ role, grantee: scene.freshName() }],
      'habit',
    )
  return true
}

/** A top role on a day of the week on which the grantor hardly ever acts. */
function strangeDay(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = scene.topRole()
  const grantee = scene.random.chance(0.5) ? scene.freshName() : scene.knownWithout(role)
  const moment = grantor === null ? null : scene.strangeDayOf(grantor)
  if (grantor === null || role === null || grantee === null || moment === null) return false
  scene.act(moment, grantor, [{ role, grantee }], 'habit')
  return true
}

/** A top role that was taken away hours ago is given back by somebody else. */
function undoneRemoval(scene: Scene): boolean {
  const remover = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = scene.topRole()
  const holder = role === null ? null : scene.holderOf(role)
  if (remover === null || grantor === null || role === null || holder === null) return false
  if (remover === grantor || holder === grantor) return false
  const moment = scene.usualMomentOf(grantor)
  const removedAt = moment.at - scene.random.between(1, 48) * HOUR_MS
  scene.act({ ...moment, at: removedAt }, remover, [{ role, grantee: holder, kind: 'removal' }], 'habit')
  scene.act(moment, grantor, [{ role, grantee: holder }], 'habit')
  return true
}

/** An admin gives, without a ticket, a top role they never gave to an account nobody knows, at their usual hour. */
function outsideField(scene: Scene): boolean {
  const grantor = scene.activeGrantor(ACTIVE_ACTS_MIN)
  const role = grantor === null ? null : scene.topRoleNeverGivenBy(grantor)
  if (grantor === null || role === null) return false
  scene.act(scene.usualMomentOf(grantor), grantor, [{ role, grantee: scene.freshName() }], { ticket: false })
  return true
}

/** Three or more admins, each within days, give one new account a role of theirs; the last gives a top role. */
function relay(scene: Scene): boolean {
  const grantee = scene.freshName()
  const grantors = new Set<string>()
  for (let draw = 0; draw < 12 && grantors.size < 4; draw += 1) {
    const grantor = scene.activeGrantor(5)
    if (grantor !== null) grantors.add(grantor)
  }
  const top = scene.topRole()
  if (grantors.size < 2 || top === null) return false
  let days = 0
  for (const grantor of grantors) {
    const role = days === 0 ? top : scene.usualRoleOf(grantor)
    if (role === null) return false
    const moment = scene.usualMomentOf(grantor)
    scene.act({ ...moment, at: moment.at - days * DAY_MS }, grantor, [{ role, grantee }], 'habit')
    days += 1 + scene.random.below(3)
  }
  return true
}
