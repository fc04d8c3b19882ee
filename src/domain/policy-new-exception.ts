import { createHash } from 'node:crypto'
import type { Policy, PolicyException } from './policy.ts'
import { fault, type Parsed, type PolicyField, value } from './policy-field.ts'

/** Inputs for one more expected grant, beside the list of all. Left empty they add nothing. */

const FRESH: PolicyException = {
  id: 'new',
  grantee: null,
  grantor: null,
  role: null,
  scope: null,
  feed: null,
  reason: '',
  owner: '',
  expiresAt: '',
}

/** No exception that was saved lacks a reason: the one without is the one being typed. Its reason comes last. */
const isFresh = ({ reason }: PolicyException): boolean => reason === ''

function withFresh(draft: Policy, parts: Partial<PolicyException>): readonly PolicyException[] {
  const fresh = { ...(draft.exceptions.find(isFresh) ?? FRESH), ...parts }
  return [...draft.exceptions.filter((one) => !isFresh(one)), fresh]
}

function freshField(
  name: keyof PolicyException,
  { label, help }: Pick<PolicyField, 'label' | 'help'>,
  options: Partial<Pick<PolicyField, 'form' | 'parse'>> = {},
): PolicyField {
  return {
    id: `exceptions:${name}`,
    path: 'exceptions',
    label: `New: ${label}`,
    help,
    form: { kind: 'line' },
    owns: new RegExp(`^exceptions\\.\\d+\\.${name}$`),
    isInputOnly: true,
    format: () => '',
    parse: (text, draft) =>
      value(text.trim() === '' ? draft.exceptions : withFresh(draft, { [name]: text.trim() })),
    ...options,
  }
}

export const newExceptionFields: readonly PolicyField[] = [
  freshField('grantee', { label: 'who receives', help: 'Id or address; * stands for any characters.' }),
  freshField('role', { label: 'what', help: 'Id or name of the role; * stands for any characters.' }),
  freshField('grantor', { label: 'who gives', help: 'Id or address. Empty: anybody.' }),
  freshField('scope', { label: 'where', help: 'Scope of the role. Empty: anywhere.' }),
  freshField('feed', { label: 'in which feed', help: 'Id of the feed. Empty: any.' }),
  freshField('owner', { label: 'owner', help: 'Who answers for it.' }),
  freshField(
    'expiresAt',
    { label: 'until', help: 'Its last day, in UTC.' },
    {
      form: { kind: 'date' },
      parse: (text, draft) =>
        value(text === '' ? draft.exceptions : withFresh(draft, { expiresAt: `${text}T23:59:59Z` })),
    },
  ),
  freshField('reason', { label: 'why', help: 'Recorded with it.' }, { parse: parseReason }),
]

function parseReason(text: string, draft: Policy): Parsed {
  const reason = text.trim()
  if (reason === '') return value(draft.exceptions)
  const exceptions = withFresh(draft, { reason })
  const fresh = exceptions.at(-1) ?? FRESH
  const { grantee, grantor, role, scope, feed } = fresh
  if ([grantee, grantor, role, scope, feed].every((part) => part === null))
    return fault('say above who or what is expected: an exception for everything is none')
  const id = `ex-${createHash('sha256').update(JSON.stringify(fresh)).digest('hex').slice(0, 8)}`
  return value([...exceptions.slice(0, -1), { ...fresh, id }])
}
