import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

const STOP_MS = 10_000
/** As npm start has it: the heap's young part would else grow to 100 MB that nothing needs. */
const YOUNG_HEAP = '--max-semi-space-size=8'
const LINE_CHARACTERS_MAX = 4000

export type AppStatus = 'running' | 'stopped' | 'killed' | 'starting'

export interface AppProcess {
  start(): Promise<void>
  /** SIGTERM, and SIGKILL if it has not ended in time. */
  stop(): Promise<void>
  /** SIGKILL: the app gets no chance to tidy up. */
  kill(): Promise<void>
  status(): { readonly status: AppStatus; readonly pid: number | null }
  /** The app has opened its socket: it counts as running from here on. */
  noteConnected(): void
  onChange(listener: () => void): void
}

/** The app under test as a process of its own, so that it can be killed and started like in production. */
export function createAppProcess(options: {
  entry: string
  directory: string
  environment: () => Readonly<Record<string, string>>
  /** One line for people: what the app printed, or that it ended by itself. */
  say: (line: string) => void
}): AppProcess {
  const listeners: (() => void)[] = []
  let child: ChildProcess | undefined
  let status: AppStatus = 'stopped'
  const become = (next: AppStatus) => {
    status = next
    for (const listener of listeners) listener()
  }

  const end = async (signal: 'SIGTERM' | 'SIGKILL', next: AppStatus): Promise<void> => {
    const ending = child
    if (ending === undefined) return
    // Taken off first, so that its end is not reported as the app's own doing.
    child = undefined
    const closed = once(ending, 'close')
    ending.kill(signal)
    const force = setTimeout(() => ending.kill('SIGKILL'), STOP_MS)
    await closed
    clearTimeout(force)
    become(next)
  }

  return {
    async start() {
      if (child !== undefined) return
      const started = spawn(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', YOUNG_HEAP, options.entry, 'start'],
        {
          cwd: options.directory,
          env: { ...options.environment() },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      )
      child = started
      passOn(started.stdout, options.say)
      passOn(started.stderr, options.say)
      started.once('close', (code, signal) => {
        if (child !== started) return
        child = undefined
        const how = code === null ? `signal ${signal}` : `exit code ${code}`
        options.say(
          `The app ended by itself (${how}); start it again from the page or with POST /sandbox/api/app.`,
        )
        become('stopped')
      })
      become('starting')
      await once(started, 'spawn')
    },
    stop: () => end('SIGTERM', 'stopped'),
    kill: () => end('SIGKILL', 'killed'),
    status: () => ({ status, pid: child?.pid ?? null }),
    noteConnected() {
      if (status === 'starting') become('running')
    },
    onChange: (listener) => void listeners.push(listener),
  }
}

function passOn(stream: Readable, say: (line: string) => void): void {
  createInterface({ input: stream }).on('line', (line) => say(`app | ${line.slice(0, LINE_CHARACTERS_MAX)}`))
}
