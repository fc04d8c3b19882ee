import {
  emailOf,
  type Fields,
  fieldsOf,
  identityOf,
  objectsAt,
  textAt,
  textOf,
  timeOf,
  valueAt,
} from '../event-fields.ts'
import type { Party } from '../party.ts'
import { factsOf, hashedAct, ipOf, mechanismOfAgent, occurredAtOf } from './act-facts.ts'
import { type DirectoryRecord, operationOf, partyOf, propertiesOf, type Target } from './directory-record.ts'
import { isGuid } from './entra-roles.ts'
import type { ReadOptions } from './preset.ts'

/**
 * Microsoft 365's unified audit log, as its API sends it, as `Search-UnifiedAuditLog` exports it (the record as text
 * in `AuditData`), and as shippers and Defender wrap it.
 */
const WRAPPERS = ['AuditData', 'RawEventData', 'o365.audit', 'o365audit', 'office365', 'json'] as const
const MARKERS = ['Operation']
const TIMES = ['CreationTime', 'TimeGenerated', 'CreationDate', '@timestamp']
const PROPERTIES = {
  list: ['ModifiedProperties'],
  name: ['Name', 'name'],
  before: ['OldValue', 'oldValue'],
  after: ['NewValue', 'newValue'],
  isKeyed: true,
}

interface M365Form {
  readonly fields: Fields
  readonly operation: string | null
}

export function m365Form(event: unknown, prefix: string | null): M365Form {
  let fields = fieldsOf(event, { prefix, markers: MARKERS })
  for (const wrapper of WRAPPERS) {
    if (valueAt(fields, 'Operation') !== undefined) break
    const at = prefix === null || prefix === '' ? wrapper : `${prefix}.${wrapper}`
    fields = fieldsOf(event, { prefix: at, markers: MARKERS })
  }
  return { fields, operation: operationOf(valueAt(fields, 'Operation')) }
}

/** `True`, `Success`, `Succeeded` and silence are success. */
export function hasFailed(fields: Fields): boolean {
  return /fail|false|denied|error/i.test(textAt(fields, 'ResultStatus', 50) ?? '')
}

export function m365Record(
  event: unknown,
  fields: Fields,
  operation: string,
  options: ReadOptions,
): DirectoryRecord | null {
  const occurredAt = occurredAtOf(fields, event, TIMES, options)
  if (occurredAt === null) return null
  const statesTime = TIMES.some((name) => timeOf(valueAt(fields, name)) !== null)
  const detail = detailsOf(fields)
  const userAgent = detail('User-Agent') ?? detail('UserAgent')
  const actor = actorOf(fields)
  const isByPim = actor?.type === 'service' && actor.name === 'MS-PIM'
  const byAgent = mechanismOfAgent(userAgent)
  return {
    fields,
    operation,
    category: '',
    targets: [targetOf(fields)],
    detail,
    isByPim,
    facts: factsOf({
      act: identityOf(valueAt(fields, 'Id')) ?? hashedAct(event, statesTime),
      occurredAt,
      grantor: isByPim ? null : actor,
      mechanism: isByPim ? 'pim' : byAgent === 'unknown' && actor?.type === 'service' ? 'api' : byAgent,
      ip: addressOf(fields),
      userAgent,
      session:
        identityOf(valueAt(fields, 'AppAccessContext.AADSessionId')) ??
        identityOf(valueAt(fields, 'SessionId')),
    }),
  }
}

/** Addresses come with a port here and there: `192.0.2.7:443`, `[2001:db8::7]:443`. */
function addressOf(fields: Fields): string | null {
  for (const name of ['ActorIpAddress', 'ClientIP', 'ClientIPAddress', 'ClientIp']) {
    const text = textAt(fields, name, 100)
    if (text === null) continue
    const bare = /^\[([^\]]+)\]|^([\d.]+):\d+$/.exec(text)
    const ip = ipOf(bare?.[1] ?? bare?.[2] ?? text)
    if (ip !== null) return ip
  }
  return null
}

/** Details by name: within `ExtendedProperties`, within the JSON text of its `additionalDetails`, or on top. */
function detailsOf(fields: Fields): DirectoryRecord['detail'] {
  return (name) => {
    let more: unknown
    for (const item of objectsAt(fields, 'ExtendedProperties')) {
      const key = textAt(item, 'Name', 100)?.toLowerCase()
      if (key === name.toLowerCase()) return textOf(valueAt(item, 'Value'))
      if (key === 'additionaldetails') more = valueAt(item, 'Value')
    }
    more ??= valueAt(fields, 'ExtendedProperties.additionalDetails')
    return (
      (more === undefined ? null : textOf(valueAt({ root: more, base: '' }, name))) ?? textAt(fields, name)
    )
  }
}

interface Entity {
  readonly type: string
  readonly id: string | null
  readonly principalName: string | null
  readonly name: string | null
}

const CLASSES = [
  'User',
  'ServicePrincipal',
  'Group',
  'Application',
  'Role',
  'AdministrativeUnit',
  'Device',
  'Policy',
]
const CLASSED = /^(User|ServicePrincipal|Group|Application|Role|AdministrativeUnit|Device|Policy)_(.+)$/s
const NAME_TYPE = '1'
const PRINCIPAL_TYPE = '5'

/** One thing under many names: `User_<id>`, `<id>`, `User`, its login (type 5), its display name (type 1). */
function entityOf(fields: Fields, path: string): Entity {
  const ids = objectsAt(fields, path).map((item) => ({
    text: identityOf(valueAt(item, 'ID')) ?? identityOf(valueAt(item, 'Id')) ?? '',
    type: textAt(item, 'Type', 20),
  }))
  const classed = ids.flatMap(({ text }) => CLASSED.exec(text) ?? [])
  const word = ids.find(({ text }) => CLASSES.includes(text))?.text
  const principal = ids.find(({ text, type }) => type === PRINCIPAL_TYPE || emailOf(text) !== null)
  const bare = word === undefined ? undefined : ids.find(({ text }) => isGuid(text))?.text
  const type = (classed[1] ?? word ?? '').toLowerCase()
  return {
    type,
    id: classed[2] ?? bare ?? null,
    principalName: principal?.text ?? null,
    // Beside a person stands the name of the application they used.
    name:
      type === 'user'
        ? null
        : (ids.find(({ type, text }) => type === NAME_TYPE && text !== '')?.text ?? null),
  }
}

/** 3: Microsoft's own data centre; 4: the system; 5 and 6: applications. */
const SERVICE_USERS = ['3', '4', '5', '6']

function actorOf(fields: Fields): Party | null {
  const actor = entityOf(fields, 'Actor')
  const user = identityOf(valueAt(fields, 'UserId'))
  const service = /^ServicePrincipal_(.+)$/s.exec(user ?? '')?.[1]
  const isService =
    service !== undefined ||
    actor.type === 'serviceprincipal' ||
    SERVICE_USERS.includes(textAt(fields, 'UserType', 20) ?? '')
  return partyOf({
    id: actor.id ?? service ?? actor.principalName ?? user,
    principalName: isService ? null : (actor.principalName ?? user),
    name: actor.name,
    type: isService ? 'service' : 'user',
  })
}

function targetOf(fields: Fields): Target {
  const target = entityOf(fields, 'Target')
  const object = identityOf(valueAt(fields, 'ObjectId'))
  const isNamed = target.id !== null || target.principalName !== null || target.name !== null
  const stated = object === null || object === 'Not Available' ? null : object
  return {
    ...target,
    id: target.id ?? (isNamed ? null : stated),
    principalName: target.principalName ?? (isNamed || stated === null ? null : emailOf(stated)),
    ...propertiesOf(fields, PROPERTIES),
  }
}
