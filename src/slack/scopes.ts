/** Every scope of the manifest, and why the app cannot do without it. */
const SCOPES = {
  'app_mentions:read': 'answer when somebody mentions the app',
  'assistant:write': 'suggest questions in the app’s own conversation',
  'channels:history': 'find a card that was posted just before a crash, in a public review channel',
  'chat:write': 'post and update cards, reply in threads, tell a person what their click came to',
  commands: '/grants',
  'groups:history': 'find a card that was posted just before a crash, in a private review channel',
  'im:history': 'answer people who write to the app directly',
  'usergroups:read': 'name reviewers and policy admins by user group',
  'users:read': 'check at each click that a person is a full, active member of this workspace',
  'users:read.email': 'bar grantee and grantor from deciding: audit logs name people by e-mail address',
} as const

export type Scope = keyof typeof SCOPES

/** The methods we call, and the scopes they need; where several are named, by the kind of conversation. */
export const METHOD_SCOPES = {
  'assistant.threads.setSuggestedPrompts': ['assistant:write'],
  'auth.test': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
} as const satisfies Readonly<Record<string, readonly Scope[]>>

export type SlackMethod = keyof typeof METHOD_SCOPES

/** Scopes of the manifest that the workspace has not granted, each with what is lost without it. */
export function missingScopes(granted: ReadonlySet<string>): readonly { scope: Scope; why: string }[] {
  const scopes = Object.keys(SCOPES) as Scope[]
  return scopes.filter((scope) => !granted.has(scope)).map((scope) => ({ scope, why: SCOPES[scope] }))
}
