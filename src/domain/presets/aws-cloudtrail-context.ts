import { emailOf, identityOf, objectsAt, textOf, valueAt } from '../event-fields.ts'
import type { Party } from '../party.ts'
import {
  type CloudTrailEvent,
  type CloudTrailReader,
  everyone,
  isFalse,
  textParameter,
} from './aws-cloudtrail-event.ts'
import { iamParty } from './aws-cloudtrail-parties.ts'
import { parameter, partText } from './aws-cloudtrail-record.ts'
import { type ContextId, contextRole } from './context-catalogue.ts'
import { weakenedControl } from './control-catalogue.ts'
import type { Reading } from './preset.ts'
import { changed, NO_CHANGE, NOT_PRIVILEGE_EVENT } from './reading.ts'

/** What often comes before or after a grant, and switching off the log that would show one. */

/** The user a call names, in the request or the response; who names nobody means themselves. */
function userOf(event: CloudTrailEvent, response: string): Party | null {
  const stated =
    textParameter(event, 'userName') ??
    identityOf(parameter(event.record, `${response}.userName`, 'response'))
  return stated === null ? event.facts.grantor : iamParty(event.account, 'user', stated)
}

function context(
  id: ContextId,
  thing: { readonly in: 'parameters' | 'response'; readonly names: readonly string[] },
  response: string,
): CloudTrailReader {
  return (event) => {
    const names = thing.names.map((name) => identityOf(parameter(event.record, name, thing.in)))
    const scope = names.find((name) => name !== null) ?? event.scope
    return changed(event.facts, 'context', userOf(event, response), contextRole(id, scope))
  }
}

/** People of Identity Center have an id of its directory. */
function directoryUserCreated(event: CloudTrailEvent): Reading {
  const id =
    identityOf(parameter(event.record, 'user.userId', 'response')) ??
    identityOf(parameter(event.record, 'userId', 'response'))
  const name = textOf(parameter(event.record, 'userName'))
  const user: Party | null = id === null ? null : { id, email: emailOf(name), name, type: 'user' }
  return changed(event.facts, 'context', user, contextRole('account-created', event.scope))
}

/** Providers, certificates and the directory itself: the person concerned is whoever set it up. */
function provider(names: readonly string[]): CloudTrailReader {
  return (event) => {
    const scope = names.map((name) => textParameter(event, name)).find((name) => name !== null)
    return changed(
      event.facts,
      'context',
      event.facts.grantor,
      contextRole('identity-provider', scope ?? event.scope),
    )
  }
}

/** A new password set by somebody else is a reset; one's own is a new secret. */
function password(event: CloudTrailEvent): Reading {
  const user = userOf(event, 'loginProfile')
  const isOwn = user !== null && user.id.toLowerCase() === event.facts.grantor?.id.toLowerCase()
  return changed(
    event.facts,
    'context',
    user,
    contextRole(isOwn ? 'api-token' : 'password-reset', 'console-password'),
  )
}

const EMERGENCY = /break.?glass|emergency/i

function emergencySignIn(event: CloudTrailEvent): Reading {
  const isRoot = partText(event.record, 'identityType') === 'Root'
  const user = partText(event.record, 'identityUser') ?? partText(event.record, 'identityArn') ?? ''
  if (!isRoot && !EMERGENCY.test(user)) return NOT_PRIVILEGE_EVENT
  return changed(event.facts, 'context', event.facts.grantor, contextRole('break-glass-use', event.scope))
}

/** A root session for one task in another account. */
function rootAssumed(event: CloudTrailEvent): Reading {
  const target = textParameter(event, 'targetPrincipal')
  return changed(
    event.facts,
    'context',
    event.facts.grantor,
    contextRole('break-glass-use', target === null ? event.scope : `account:${target}`),
  )
}

function roleAssumed(event: CloudTrailEvent): Reading {
  const role = textParameter(event, 'roleArn')
  if (role === null || !EMERGENCY.test(role)) return NOT_PRIVILEGE_EVENT
  return changed(event.facts, 'context', event.facts.grantor, contextRole('break-glass-use', role))
}

/** Without the log no later grant is seen, so people are asked about it and not merely told. */
function logWeakened(event: CloudTrailEvent): Reading {
  const trail = ['name', 'trailName', 'eventDataStore']
    .map((parameterName) => textParameter(event, parameterName))
    .find((one) => one !== null)
  const name = trail?.slice(trail.lastIndexOf('/') + 1)
  const control = weakenedControl('audit-log', name === undefined ? event.scope : `trail:${name}`)
  return changed(event.facts, 'control_weakened', everyone(event), control)
}

/** Grants are management events, and those of IAM are global ones: a trail without them sees none. */
function trailNarrowed(event: CloudTrailEvent): Reading {
  const isNarrowed = ['includeGlobalServiceEvents', 'isMultiRegionTrail'].some((name) => isFalse(event, name))
  return isNarrowed ? logWeakened(event) : NO_CHANGE
}

function selectorsPut(event: CloudTrailEvent): Reading {
  const root = { eventSelectors: parameter(event.record, 'eventSelectors') }
  const selectors = objectsAt({ root, base: '' }, 'eventSelectors')
  const keeps = selectors.some((selector) => {
    const management = textOf(valueAt(selector, 'includeManagementEvents')) ?? 'true'
    const kinds = textOf(valueAt(selector, 'readWriteType')) ?? 'All'
    return management === 'true' && kinds !== 'ReadOnly'
  })
  return selectors.length > 0 && !keeps ? logWeakened(event) : NO_CHANGE
}

export const CONTEXT_READERS: Readonly<Record<string, Readonly<Record<string, CloudTrailReader>>>> = {
  iam: {
    CreateUser: context('account-created', { in: 'response', names: ['user.userId'] }, 'user'),
    CreateAccessKey: context('api-token', { in: 'response', names: ['accessKey.accessKeyId'] }, 'accessKey'),
    CreateServiceSpecificCredential: context(
      'api-token',
      { in: 'parameters', names: ['serviceName'] },
      'serviceSpecificCredential',
    ),
    UploadSSHPublicKey: context(
      'api-token',
      { in: 'response', names: ['sSHPublicKey.sSHPublicKeyId'] },
      'sSHPublicKey',
    ),
    UploadSigningCertificate: context(
      'api-token',
      { in: 'response', names: ['certificate.certificateId'] },
      'certificate',
    ),
    CreateLoginProfile: password,
    UpdateLoginProfile: password,
    DeactivateMFADevice: context('mfa-reset', { in: 'parameters', names: ['serialNumber'] }, 'user'),
    CreateSAMLProvider: provider(['name', 'sAMLProviderArn']),
    UpdateSAMLProvider: provider(['sAMLProviderArn', 'name']),
    CreateOpenIDConnectProvider: provider(['url']),
    UpdateOpenIDConnectProviderThumbprint: provider(['openIDConnectProviderArn']),
    AddClientIDToOpenIDConnectProvider: provider(['openIDConnectProviderArn']),
  },
  rolesanywhere: {
    CreateTrustAnchor: provider(['name']),
    UpdateTrustAnchor: provider(['trustAnchorId', 'name']),
    CreateProfile: provider(['name']),
  },
  sso: { AssociateDirectory: provider(['directoryId']), DisassociateDirectory: provider(['directoryId']) },
  'sso-directory': {
    CreateUser: directoryUserCreated,
    CreateExternalIdPConfigurationForDirectory: provider(['directoryId']),
    UpdateExternalIdPConfigurationForDirectory: provider(['directoryId']),
    EnableExternalIdPConfigurationForDirectory: provider(['directoryId']),
    DisableExternalIdPConfigurationForDirectory: provider(['directoryId']),
  },
  identitystore: { CreateUser: directoryUserCreated },
  signin: { ConsoleLogin: emergencySignIn },
  sts: {
    AssumeRoot: rootAssumed,
    AssumeRole: roleAssumed,
    AssumeRoleWithSAML: roleAssumed,
    AssumeRoleWithWebIdentity: roleAssumed,
  },
  cloudtrail: {
    StopLogging: logWeakened,
    DeleteTrail: logWeakened,
    StopEventDataStoreIngestion: logWeakened,
    DeleteEventDataStore: logWeakened,
    UpdateTrail: trailNarrowed,
    PutEventSelectors: selectorsPut,
  },
}
