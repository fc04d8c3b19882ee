const REFUSALS_MAX = 1000

export interface SlackUsage {
  methods: Record<string, number>
  events: Record<string, number>
  commands: Record<string, number>
  refusals: { method: string; error: string; detail: string }[]
}

export interface UsageBook {
  count(shelf: 'methods' | 'events' | 'commands', name: string): void
  refused(method: string, error: string, detail: string): void
  read(): SlackUsage
}

export function createUsageBook(): UsageBook {
  const book: SlackUsage = { methods: {}, events: {}, commands: {}, refusals: [] }
  return {
    count(shelf, name) {
      book[shelf][name] = (book[shelf][name] ?? 0) + 1
    },
    refused(method, error, detail) {
      book.refusals.push({ method, error, detail })
      if (book.refusals.length > REFUSALS_MAX) book.refusals.shift()
    },
    read: () => structuredClone(book),
  }
}
