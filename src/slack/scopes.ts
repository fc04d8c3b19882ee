/** Every scope of the manifest, and why the app cannot do without it. */
const SCOPES = {
  'app_mentions:read': 'answer when somebody mentions the app',
  'assistant:write': 'suggest questions in the app’s own conversation',
  'channels:history':
    'hear questions in the threads of cards without a mention, and find a card that was posted just before a crash, in public channels',
  'chat:write': 'post and update cards, reply in threads, tell a person what their click came to',
  commands: '/grants',
  'groups:history':
    'hear questions in the threads of cards without a mention, and find a card that was posted just before a crash, in private channels',
  'im:history': 'answer people who write to the app directly',
  'usergroups:read': 'name reviewers and policy admins by user group',
  'users:read': 'check at each click that a person is a full, active member of this workspace',
  'users:read.email': 'bar grantee and grantor from deciding: audit logs name people by e-mail address',
} as const

export type Scope = keyof typeof SCOPES

/** The methods we call, and the scopes they need; where several are named, by the kind of conversation. */
export const METHOD_SCOPES = {
  'agents.sessions.setStatus': ['chat:write'],
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'auth.test': [],
  'chat.appendStream': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.startStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
} as const satisfies Readonly<Record<string, readonly Scope[]>>

export type SlackMethod = keyof typeof METHOD_SCOPES

/** Scopes of the manifest that the workspace has not granted, each with what is lost without it. */
export function missingScopes(granted: ReadonlySet<string>): readonly { scope: Scope; why: string }[] {
  const scopes = Object.keys(SCOPES) as Scope[]
  return scopes.filter((scope) => !granted.has(scope)).map((scope) => ({ scope, why: SCOPES[scope] }))
}

/** Without these Slack does not deliver what people say in channels unless they mention us. */
const HEARING_SCOPES = ['channels:history', 'groups:history'] as const satisfies readonly Scope[]

export function isHearingScope(scope: Scope): boolean {
  return HEARING_SCOPES.some((one) => one === scope)
}

/** Where only mentions are answered, in our words; null when everything is heard, or Slack did not say. */
export function deafIn(granted: ReadonlySet<string> | null): string | null {
  if (granted === null) return null
  const missing = HEARING_SCOPES.filter((scope) => !granted.has(scope))
  if (missing.length === 0) return null
  if (missing.length === HEARING_SCOPES.length) return 'threads of cards'
  return missing[0] === 'channels:history' ? 'threads of public channels' : 'threads of private channels'
}
