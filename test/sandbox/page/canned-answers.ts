import type { CannedAnswers } from './canned-world.ts'

export const NOW_MS = Date.UTC(2026, 10, 2, 14, 30)

const PEOPLE = [
  ['U0MAYA', 'Maya Okafor', 'Security lead'],
  ['U0JONAS', 'Jonas Weber', 'IT administrator'],
  ['U0GUEST', 'Gus Tanner', 'Consultant'],
] as const

/** A workspace with nothing in it but people and channels: each test adds what it is about. */
export function emptyAnswers(): CannedAnswers {
  return {
    state: {
      people: PEOPLE.map(([id, name, title]) => ({
        id,
        name,
        title,
        email: `${name.split(' ')[0]?.toLowerCase()}@northwind.example`,
        isReviewer: id === 'U0MAYA',
        isGuest: id === 'U0GUEST',
        isDeactivated: false,
      })),
      channels: [
        { id: 'C0REVIEW', name: 'access-reviews', isPrivate: false },
        { id: 'C0GENERAL', name: 'general', isPrivate: false },
      ],
      app: { status: 'running', connected: true, pid: 4242 },
      scenarios: [{ id: 'routine', title: 'Routine grants', description: 'Three grants of every day.' }],
      clock: { now: NOW_MS, offsetMs: 0 },
      faults: { slack: [], axiom: [] },
      knownFaults: { slack: ['429', '5xx'], axiom: ['partial'] },
      datasets: [{ name: 'okta-logs', count: 1 }],
    },
    messages: { 'access-reviews': [], general: [] },
    person: {},
    datasets: { 'okta-logs': [{ _time: '2026-11-02T13:00:00Z', eventType: 'user.account.privilege.grant' }] },
    webhooks: [],
  }
}

export function aTs(minutesAgo: number): string {
  return `${(NOW_MS / 1000 - minutesAgo * 60).toFixed(0)}.000100`
}

/** A card as Countersign posts it, with the blocks and buttons that the test names. */
export function aCard(over: Record<string, unknown> = {}): Record<string, unknown> {
  return { ts: aTs(10), user: 'U0COUNTERSIGN', botId: 'B0COUNTERSIGN', text: 'A grant', replies: [], ...over }
}

export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text })
export const plain = (text: string) => ({ type: 'plain_text', text })
