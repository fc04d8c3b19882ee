/** One answer at a time in a thread, and so many over the whole app; later questions wait in the order they came. */

const WAITING_PER_THREAD_MAX = 5
const ANSWERS_AT_ONCE_MAX = 5
/** How long answers under way may go on by themselves once the app stops. */
const STOP_GRACE_MS = 2_000

type StopReason = 'person' | 'app'

export interface AnswerTurn {
  /** Questions of the thread that come first. */
  readonly ahead: number
  /** Aborted when the answer is to end; its reason says whether a person wanted that. */
  readonly stopped: AbortSignal
  stop(): void
  /** True once it is this question's turn; false when it was stopped before. */
  begin(): Promise<boolean>
  /** Gives the turn to the next; true when none waits in this thread. */
  leave(): boolean
}

export interface AnswerTurns {
  /** Null when too many wait in this thread already, or the app is stopping. */
  enter(question: { readonly thread: string; readonly userId: string }): AnswerTurn | null
  /** Stops the answer under way in a thread, and what this person asked there and still waits for. */
  stop(where: { readonly thread: string; readonly userId: string }): void
  isClosing(): boolean
  /** Takes no more, gives answers under way a moment, then stops them; resolves when all have left. */
  close(): Promise<void>
}

interface Ticket {
  readonly thread: string
  readonly userId: string
  readonly controller: AbortController
  readonly begun: PromiseWithResolvers<boolean>
  isRunning: boolean
}

export function createAnswerTurns(): AnswerTurns {
  // In the order they came, those under way included.
  const tickets: Ticket[] = []
  let isClosing = false
  let empty: PromiseWithResolvers<void> | null = null

  const advance = (): void => {
    for (const ticket of tickets) {
      if (tickets.filter(({ isRunning }) => isRunning).length >= ANSWERS_AT_ONCE_MAX) return
      if (ticket.isRunning || tickets.find(({ thread }) => thread === ticket.thread) !== ticket) continue
      ticket.isRunning = true
      ticket.begun.resolve(true)
    }
  }
  const leave = (ticket: Ticket): boolean => {
    const index = tickets.indexOf(ticket)
    if (index >= 0) tickets.splice(index, 1)
    advance()
    if (tickets.length === 0) empty?.resolve()
    return tickets.every(({ thread }) => thread !== ticket.thread)
  }
  const stopTicket = (ticket: Ticket, why: StopReason): void => {
    ticket.controller.abort(why)
    ticket.begun.resolve(false)
  }
  return {
    enter({ thread, userId }) {
      const ahead = tickets.filter((one) => one.thread === thread).length
      if (isClosing || ahead > WAITING_PER_THREAD_MAX) return null
      const ticket: Ticket = {
        thread,
        userId,
        controller: new AbortController(),
        begun: Promise.withResolvers<boolean>(),
        isRunning: false,
      }
      tickets.push(ticket)
      advance()
      return {
        ahead,
        stopped: ticket.controller.signal,
        stop: () => stopTicket(ticket, 'app'),
        begin: () => ticket.begun.promise,
        leave: () => leave(ticket),
      }
    },
    stop({ thread, userId }) {
      for (const ticket of tickets)
        if (ticket.thread === thread && (ticket.isRunning || ticket.userId === userId))
          stopTicket(ticket, 'person')
    },
    isClosing: () => isClosing,
    async close() {
      isClosing = true
      if (tickets.length === 0) return
      empty = Promise.withResolvers<void>()
      for (const ticket of tickets) if (!ticket.isRunning) stopTicket(ticket, 'app')
      const late = setTimeout(() => {
        for (const ticket of tickets) stopTicket(ticket, 'app')
      }, STOP_GRACE_MS)
      await empty.promise
      clearTimeout(late)
    },
  }
}
