import { type Fields, objectsAt, valueAt } from '../event-fields.ts'
import type { Tier } from '../grant.ts'
import { matchesWildcard } from '../wildcard.ts'
import { ORDINARY_POLICY, type PolicyVerdict, privileged } from './aws-cloudtrail-roles.ts'

/** Policy documents: JSON text, URL-encoded text or an object; a statement alone counts as a document. */

const DOCUMENT_CHARACTERS_MAX = 150_000
const ITEMS_MAX = 500

function decoded(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** An ARN of an EKS request, which comes percent-encoded. */
export function plainArn(text: string): string {
  return decoded(text)
}

/** The statements of a document; null when there is none that can be read. */
export function statementsOf(document: unknown): readonly Fields[] | null {
  const root = typeof document === 'string' ? documentText(document) : document
  if (root === null || root === undefined) return null
  const whole = { root, base: '' }
  const statements = objectsAt(whole, 'Statement')
  if (statements.length > 0) return statements
  return valueAt(whole, 'Effect') === undefined ? null : [whole]
}

function documentText(document: string): string | null {
  if (document.length > DOCUMENT_CHARACTERS_MAX) return null
  const text = document.trim()
  return text.startsWith('%') ? decoded(text).trim() : text
}

/** A string or list of strings, as policies write actions, resources and principals. */
export function textsAt(fields: Fields, path: string): readonly string[] {
  const value = valueAt(fields, path)
  if (Array.isArray(value))
    return value.slice(0, ITEMS_MAX).filter((item): item is string => typeof item === 'string')
  if (typeof value !== 'string') return []
  return value.startsWith('["') ? listOf(value) : [value]
}

function listOf(text: string): readonly string[] {
  return text
    .slice(1, -1)
    .split(',', ITEMS_MAX)
    .map((item) => item.trim().replaceAll(/^"|"$/g, ''))
}

export function isAllow(statement: Fields): boolean {
  const effect = valueAt(statement, 'Effect')
  return typeof effect === 'string' && effect.toLowerCase() === 'allow'
}

/** With these a person can make themselves anything: on everything the whole organisation, on something a service. */
const ESCALATIONS = [
  'iam:createpolicyversion',
  'iam:setdefaultpolicyversion',
  'iam:attachuserpolicy',
  'iam:attachgrouppolicy',
  'iam:attachrolepolicy',
  'iam:putuserpolicy',
  'iam:putgrouppolicy',
  'iam:putrolepolicy',
  'iam:addusertogroup',
  'iam:updateassumerolepolicy',
  'iam:createaccesskey',
  'iam:createloginprofile',
  'iam:updateloginprofile',
  'iam:deleteuserpermissionsboundary',
  'iam:deleterolepermissionsboundary',
  'sso:createaccountassignment',
  'sso:putinlinepolicytopermissionset',
  'sso:attachmanagedpolicytopermissionset',
]
/** These reach far only when they are given on everything. */
const FAR_ON_EVERYTHING = [
  'iam:passrole',
  'sts:assumerole',
  'eks:associateaccesspolicy',
  'eks:createaccessentry',
  'organizations:attachpolicy',
  'organizations:detachpolicy',
  'organizations:registerdelegatedadministrator',
  'ssm:sendcommand',
  'ssm:startsession',
  'secretsmanager:getsecretvalue',
  'secretsmanager:putresourcepolicy',
  'kms:putkeypolicy',
  'kms:creategrant',
  'lambda:updatefunctioncode',
  's3:putbucketpolicy',
  'cloudtrail:stoplogging',
  'cloudtrail:deletetrail',
]
const READING =
  /^[a-z0-9-]+:(get|list|describe|view|search|lookup|batchget|batchdescribe|query|scan|head|select|filter|read|check|simulate|test|preview|estimate|generate)/
/** `*`, or everything of one kind: `arn:aws:s3:::*`, `arn:aws:iam::123456789012:role/*`. */
const EVERYTHING = /^(\*+|arn:[^:]*:[^:]*:[^:]*:[^:]*:(\*|[a-z-]+[/:]\*))$/i

/** What an inline policy, or a version of a customer's policy, gives. What cannot be read may be anything. */
export function documentVerdict(document: unknown): PolicyVerdict {
  const statements = statementsOf(document)
  if (statements === null) return privileged('T2')
  const allowing = statements.filter(isAllow)
  if (allowing.length === 0) return { kind: 'restriction' }
  const tiers = allowing.flatMap((statement) => statementTier(statement) ?? [])
  const highest = (['T0', 'T1', 'T2'] as const).find((tier) => tiers.includes(tier))
  return highest === undefined ? ORDINARY_POLICY : privileged(highest)
}

function statementTier(statement: Fields): Tier | null {
  const resources = textsAt(statement, 'Resource')
  // Policies for managing one's own password and keys name the caller as the resource.
  if (resources.length > 0 && resources.every((one) => one.includes(`\${aws:username}`))) return null
  const isWide = resources.length === 0 || resources.some((one) => EVERYTHING.test(one.trim()))
  const except = textsAt(statement, 'NotAction')
  if (except.length > 0) return exceptTier(except, isWide)
  const tiers = textsAt(statement, 'Action').flatMap((action) => actionTier(action, isWide) ?? [])
  return (['T0', 'T1', 'T2'] as const).find((tier) => tiers.includes(tier)) ?? null
}

/** Everything but something: PowerUserAccess is everything but IAM, a service's reach. */
function exceptTier(except: readonly string[], isWide: boolean): Tier {
  const sparesIam = except.some((action) => matchesWildcard(action, 'iam:attachuserpolicy'))
  if (!isWide) return 'T2'
  return sparesIam ? 'T1' : 'T0'
}

function actionTier(text: string, isWide: boolean): Tier | null {
  const action = text.trim().toLowerCase()
  if (/^(\*+|\*:\*)$/.test(action)) return isWide ? 'T0' : 'T1'
  const service = /^([a-z0-9-]+):\*$/.exec(action)?.[1]
  if (service === 'iam') return isWide ? 'T0' : 'T1'
  if (service !== undefined) return isWide ? 'T1' : 'T2'
  if (READING.test(action) && !FAR_ON_EVERYTHING.includes(action)) return null
  if (ESCALATIONS.some((one) => matchesWildcard(action, one))) return isWide ? 'T0' : 'T1'
  if (FAR_ON_EVERYTHING.some((one) => matchesWildcard(action, one))) return narrowed(action, isWide)
  return isWide && action.includes('*') ? 'T2' : null
}

/** To act as one named role is a narrow grant; to pass a role or read a secret by name is a program's daily work. */
function narrowed(action: string, isWide: boolean): Tier | null {
  if (isWide) return 'T1'
  return action.startsWith('sts:') ? 'T2' : null
}
