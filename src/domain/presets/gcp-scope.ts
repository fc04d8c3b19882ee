import { identityAt, identityOf, textAt, valueAt } from '../event-fields.ts'
import { type GcpEvent, gcpAt, gcpObjectsAt } from './gcp-event.ts'

/** What a binding applies to, in the same words whichever record names it. */

const CONTAINERS: Readonly<Record<string, string>> = {
  projects: 'project',
  folders: 'folder',
  organizations: 'organization',
  billingAccounts: 'billing-account',
}
const ACCOUNT = 'service-account:'

/** `//cloudresourcemanager.googleapis.com/projects/north` as `project:north`; other resources keep their name. */
export function scopeOfName(text: string | null): string | null {
  const name = text?.replace(/^\/\/[^/]+\//, '') ?? ''
  const container = /^([a-zA-Z]+)\/([^/]+)$/.exec(name)
  const kind = container === null ? undefined : containerNamed(container[1] ?? '')
  if (kind !== undefined) return identityOf(`${kind}:${container?.[2]}`)
  const account = /^projects\/[^/]+\/serviceAccounts\/([^/]+)/.exec(name)
  return identityOf(account === null ? name : `${ACCOUNT}${account[1]}`)
}

function containerNamed(name: string): string | undefined {
  return Object.hasOwn(CONTAINERS, name) ? CONTAINERS[name] : undefined
}

export function scopeOf(event: GcpEvent): string {
  const named = scopeOfName(resourceNameOf(event))
  const label = (name: string) =>
    identityAt(event.fields, `resource.labels.${name}`) ?? identityOf(gcpAt(event, `resource.labels.${name}`))
  // The log names projects and accounts by number or by name; the labels always hold the name that commands want.
  if (named?.startsWith(ACCOUNT)) return `${ACCOUNT}${label('email_id') ?? named.slice(ACCOUNT.length)}`
  const type = textAt(event.fields, 'resource.type')
  const project = label('project_id') ?? identityAt(event.fields, 'cloud.project.id')
  if (named === null || (named.startsWith('project:') && (type === null || type === 'project'))) {
    const folder = label('folder_id')
    const organization = label('organization_id')
    if (type === 'folder' && folder !== null) return `folder:${folder}`
    if (type === 'organization' && organization !== null) return `organization:${organization}`
    if (project !== null && (named !== null || type === 'project')) return `project:${project}`
  }
  return named ?? requested(event) ?? '*'
}

function resourceNameOf(event: GcpEvent): string | null {
  const stated = textOfName(gcpAt(event, 'resourceName'))
  if (stated !== null) return stated
  const [check] = gcpObjectsAt(event, 'authorizationInfo')
  return check === undefined ? null : textOfName(valueAt(check, 'resource'))
}

function textOfName(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

/** The resource manager's old interface takes the bare name of a project. */
function requested(event: GcpEvent): string | null {
  const resource = textOfName(gcpAt(event, 'request.resource'))
  if (resource === null) return null
  const isProject =
    !resource.includes('/') && gcpAt(event, 'serviceName') === 'cloudresourcemanager.googleapis.com'
  return isProject ? identityOf(`project:${resource}`) : scopeOfName(resource)
}

/** Whether all that is below is concerned too: a project, folder, organisation, or one that is not stated. */
export function isBroad(scope: string): boolean {
  return scope === '*' || /^(project|folder|organization|billing-account):/.test(scope)
}

/** Whether it is a service account: whoever may act as one may do all that it may. */
export function isServiceAccount(scope: string): boolean {
  return scope.startsWith(ACCOUNT)
}
