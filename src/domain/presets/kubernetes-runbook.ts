import type { Grant } from '../grant.ts'
import { shellWord } from '../shell.ts'

/** A part of a record's text, which may be clipped, or held as text inside another. */
function nameOf(raw: string): { readonly resource: string; readonly name: string } | null {
  const text = raw.replaceAll('\\"', '"')
  const [whole = ''] = /"[oO]bjectRef"\s*:\s*"?\{[^{}]*\}/.exec(text) ?? []
  const field = (name: string) =>
    (new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{1,253})"`).exec(whole) ??
      new RegExp(`"[^"]*objectRef\\.${name}"\\s*:\\s*"([^"\\\\]{1,253})"`, 'i').exec(text))?.[1]
  const path = /"[rR]esourceName"\s*:\s*"[^"\\]*\/((?:cluster)?rolebindings)\/([^"\\/]{1,253})"/.exec(text)
  const resource = field('resource') ?? path?.[1]
  const name = field('name') ?? path?.[2]
  return resource === undefined || name === undefined || name.startsWith('-') ? null : { resource, name }
}

/**
 * Takes one subject out of a binding. The patch tests for the role and the subject first: so it cannot take away
 * another one, and its own record names whom it took the role from, which a deletion's record does not.
 */
const STEPS =
  '(.subjects | map(.kind == $kind and .name == $name and (.namespace // "") == $namespace) | index(true)) as $at | ' +
  '[{op: "test", path: "/roleRef/kind", value: .roleRef.kind}, {op: "test", path: "/roleRef/name", value: .roleRef.name}, ' +
  '{op: "test", path: "/subjects/\\($at)", value: .subjects[$at]}, {op: "remove", path: "/subjects/\\($at)"}]'

/** The command that takes the role away; null when the record does not name the binding. */
export function kubernetesRunbook(grant: Grant): string | null {
  if (grant.direction !== 'given' || grant.kind !== 'grant') return null
  const thing = nameOf(grant.raw)
  if (thing === null) return null
  if (thing.resource === 'configmaps' && thing.name === 'aws-auth')
    return 'kubectl edit configmap aws-auth --namespace kube-system'
  if (thing.resource !== 'clusterrolebindings' && thing.resource !== 'rolebindings') return null
  const namespace = /(?:^|\/)namespace:(.+)$/s.exec(grant.role.scope)?.[1]
  if (thing.resource === 'rolebindings' && namespace === undefined) return null
  const place = namespace === undefined ? '' : ` --namespace=${shellWord(namespace)}`
  const kind = thing.resource === 'rolebindings' ? 'rolebinding' : 'clusterrolebinding'
  const target = `${kind} ${shellWord(thing.name)}${place}`
  if (grant.grantee.id.startsWith('subjects-of:')) return `kubectl delete ${target}`
  return `kubectl get ${target} -o json | jq -c ${subjectWords(grant)} ${shellWord(STEPS)} | kubectl patch ${target} --type=json --patch-file=/dev/stdin`
}

function subjectWords({ grantee }: Grant): string {
  const [, namespace = '', account = ''] = /^system:serviceaccount:([^:]+):(.+)$/s.exec(grantee.id) ?? []
  const kind = account !== '' ? 'ServiceAccount' : grantee.type === 'group' ? 'Group' : 'User'
  const words = { kind, name: account === '' ? grantee.id : account, namespace }
  return Object.entries(words)
    .map(([name, value]) => `--arg ${name} ${value === '' ? "''" : shellWord(value)}`)
    .join(' ')
}
