import { type Fields, identityOf, objectsAt, textOf, valueAt } from '../event-fields.ts'
import type { Party } from '../party.ts'
import { type KubernetesCall, scopeOf } from './kubernetes-call.ts'
import { boundRole, isOrdinary, type RoleRef, roleRefOf, unnamedRole } from './kubernetes-roles.ts'
import { subjectOf, unnamedSubjects } from './kubernetes-subjects.ts'
import type { ChangeObservation, Reading } from './preset.ts'
import { type Facts, NO_CHANGE, NOT_PRIVILEGED, observed, ROLE_NOT_STATED } from './reading.ts'

/**
 * Bindings of roles to subjects. A record shows what was asked for and, where the cluster's audit policy says so, what
 * came of it, but never what was there before: an update that keeps a subject gives it anew, and one that leaves a
 * subject out does not show whom. A deletion names the binding alone.
 */

const SUBJECTS_MAX = 200

type Kind = 'grant' | 'removal'

export function bindingChanged(call: KubernetesCall, facts: Facts): Reading {
  const [answer] = call.body('responseObject')
  if (call.verb === 'deletecollection') return collectionDeleted(call, facts, answer)
  if (call.verb === 'delete') return of(call, facts, 'removal', answer === undefined ? [] : [answer])
  const asked = call.body('requestObject')
  if (isUntouched(asked[0], answer)) return NO_CHANGE
  if (asked.some((step) => valueAt(step, 'op') !== undefined)) return stepsTaken(call, facts, asked, answer)
  const [body] = asked
  if (call.verb === 'patch' && body !== undefined) return patched(call, facts, body, answer)
  const bodies = [body, answer].flatMap((one) => one ?? [])
  if (isEmptied(body)) return call.verb === 'create' ? NO_CHANGE : of(call, facts, 'removal', without(answer))
  return of(call, facts, 'grant', bodies)
}

/** A write that left everything as it was keeps the version that the caller had. */
export function isUntouched(asked: Fields | undefined, answer: Fields | undefined): boolean {
  const before = asked === undefined ? null : identityOf(valueAt(asked, 'metadata.resourceVersion'))
  return (
    before !== null &&
    answer !== undefined &&
    identityOf(valueAt(answer, 'metadata.resourceVersion')) === before
  )
}

function isEmptied(body: Fields | undefined): boolean {
  const subjects = body === undefined ? undefined : valueAt(body, 'subjects')
  return Array.isArray(subjects) && subjects.length === 0
}

/** The role of what is left, without those who still hold it. */
function without(answer: Fields | undefined): readonly Fields[] {
  if (answer === undefined) return []
  return [{ root: { roleRef: valueAt(answer, 'roleRef') }, base: '' }]
}

/** A merge: only the fields it names change, and a list of subjects is replaced as a whole. */
function patched(call: KubernetesCall, facts: Facts, body: Fields, answer: Fields | undefined): Reading {
  const subjects = objectsAt(body, 'subjects')
  const removed = subjects.filter((subject) => valueAt(subject, '$patch') === 'delete')
  if (removed.length > 0) return ofSubjects(call, facts, 'removal', removed, refIn([body, answer]))
  if (isNulled(body) || isEmptied(body)) return of(call, facts, 'removal', without(answer))
  if (subjects.length === 0 && roleRefOf(body) === null) return NO_CHANGE
  return of(
    call,
    facts,
    'grant',
    [body, answer].flatMap((one) => one ?? []),
  )
}

/** `{"subjects": null}` takes all away; null counts as absent elsewhere, so it is looked for as it stands. */
function isNulled({ root, base }: Fields): boolean {
  if (base !== '' || typeof root !== 'object' || root === null) return false
  return Object.hasOwn(root, 'subjects') && Reflect.get(root, 'subjects') === null
}

const SUBJECT_PATH = /^\/subjects(\/|$)/

/** A JSON patch. Its tests show what stood where a step then took it away. */
function stepsTaken(
  call: KubernetesCall,
  facts: Facts,
  steps: readonly Fields[],
  answer: Fields | undefined,
): Reading {
  const of_ = (op: string) =>
    steps.filter(
      (step) => valueAt(step, 'op') === op && SUBJECT_PATH.test(textOf(valueAt(step, 'path')) ?? ''),
    )
  const [tests, removes] = [of_('test'), of_('remove')]
  const given = [...of_('add'), ...of_('replace')]
  if (removes.length === 0 && given.length === 0) return NO_CHANGE
  const ref = refIn([tested(steps), answer])
  if (given.length > 0) {
    const added = given
      .flatMap((step) => objectsAt(step, 'value'))
      .filter((one) => valueAt(one, 'kind') !== undefined)
    if (added.length > 0) return ofSubjects(call, facts, 'grant', added, ref)
    return of(call, facts, 'grant', answer === undefined ? [] : [answer])
  }
  const gone = removes.flatMap((step) => {
    const path = valueAt(step, 'path')
    return tests.filter((test) => valueAt(test, 'path') === path).flatMap((test) => objectsAt(test, 'value'))
  })
  return gone.length > 0
    ? ofSubjects(call, facts, 'removal', gone, ref)
    : of(call, facts, 'removal', without(answer))
}

/** The role that a JSON patch tests for, as a body. */
function tested(steps: readonly Fields[]): Fields {
  const at = (path: string) =>
    steps.flatMap((step) =>
      valueAt(step, 'op') === 'test' && valueAt(step, 'path') === path ? [valueAt(step, 'value')] : [],
    )[0]
  return { root: { roleRef: { kind: at('/roleRef/kind'), name: at('/roleRef/name') } }, base: '' }
}

function refIn(bodies: readonly (Fields | undefined)[]): RoleRef | null {
  for (const body of bodies) {
    const ref = body === undefined ? null : roleRefOf(body)
    if (ref !== null) return ref
  }
  return null
}

/** The answer to the deletion of many is a list of what they were. */
function collectionDeleted(call: KubernetesCall, facts: Facts, answer: Fields | undefined): Reading {
  const items = answer === undefined ? [] : objectsAt(answer, 'items')
  if (items.length === 0) return of(call, facts, 'removal', [])
  const observations = items.flatMap((item) => {
    const reading = of({ ...call, name: identityOf(valueAt(item, 'metadata.name')) }, facts, 'removal', [
      item,
    ])
    return 'observations' in reading ? reading.observations : []
  })
  return observations.length === 0 ? NOT_PRIVILEGED : { observations: observations.slice(0, SUBJECTS_MAX) }
}

/** All subjects of the first body that has any. */
function of(call: KubernetesCall, facts: Facts, kind: Kind, bodies: readonly Fields[]): Reading {
  const subjects = bodies.map((body) => objectsAt(body, 'subjects')).find((list) => list.length > 0) ?? []
  return ofSubjects(call, facts, kind, subjects, refIn(bodies))
}

function ofSubjects(
  call: KubernetesCall,
  facts: Facts,
  kind: Kind,
  subjects: readonly Fields[],
  ref: RoleRef | null,
): Reading {
  if (ref !== null && isOrdinary(ref)) return NOT_PRIVILEGED
  // The API server sets up what its own parts need whenever it starts.
  if (ref?.name.startsWith('system:') === true && facts.grantor?.id === 'system:apiserver')
    return NOT_PRIVILEGED
  const namespace = call.resource === 'rolebindings' ? (call.namespace ?? 'default') : null
  const named = subjects.slice(0, SUBJECTS_MAX).flatMap((subject) => subjectOf(subject, namespace) ?? [])
  const thing = `${call.resource}/${namespace === null ? '' : `${namespace}/`}${call.name ?? '*'}`
  const holders: readonly Party[] = named.length > 0 ? named : [unnamedSubjects(thing)]
  const scope = scopeOf(call, namespace)
  const role = (holder: Party) =>
    ref === null ? unnamedRole(scope, namespace) : boundRole(ref, { scope, namespace }, holder)
  const observations: readonly ChangeObservation[] = holders.map((holder) =>
    observed(facts, kind, holder, role(holder)),
  )
  return observations.length === 0 ? ROLE_NOT_STATED : { observations }
}
