import type { Api } from './api.ts'
import { formatMoment } from './date-format.ts'
import { h } from './dom.ts'
import type { Fields } from './json.ts'
import { fields, text } from './json.ts'
import type { Pane } from './pane.ts'
import { createRecordList } from './record-list.ts'
import type { Screen } from './screen.ts'
import { readMoment } from './world-state.ts'

/** What the team's automation would have received, and whether its signature holds. */
export function createWebhooks(api: Api): Pane {
  const list = createRecordList()
  async function show(screen: Screen): Promise<void> {
    const webhooks = await screen.attempt(() => api.webhooks())
    if (webhooks === undefined) return
    const entries = webhooks.map((webhook, index) => ({
      key: `${index}/${text(webhook['receivedAt'])}`,
      summary: summaryOf(webhook),
      value: webhook,
    }))
    list.update(entries.reverse(), 'No decision webhook has arrived. A revoke sends one.')
  }
  return {
    node: h(
      'div',
      { class: 'drawer-pane' },
      h('h3', {}, 'Decision webhooks'),
      h(
        'p',
        { class: 'faint' },
        'Received at /webhook and checked with the same functions that signed them.',
      ),
      list.node,
    ),
    update: (screen) => void show(screen),
  }
}

function summaryOf(webhook: Fields): HTMLElement[] {
  const verdict = text(webhook['verdict'])
  const isValid = verdict === 'valid'
  return [
    h('time', {}, formatMoment(readMoment(webhook['receivedAt']))),
    h('strong', {}, typeOf(webhook['body'])),
    h(
      'span',
      { class: `verdict ${isValid ? 'is-valid' : 'is-invalid'}` },
      isValid ? 'signature valid' : verdict,
    ),
  ]
}

function typeOf(body: unknown): string {
  const parsed = fields(typeof body === 'string' ? parsedOrNothing(body) : body)
  return text(parsed['type']) || 'webhook'
}

function parsedOrNothing(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    // An inbox shows whatever arrived; a body that is no JSON has no type to tell.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
