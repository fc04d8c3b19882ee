import cron, { type ScheduledTask } from 'node-cron'
import type { Clock, JobRun, Log, Runs } from './ports.ts'

/** A named piece of work that runs on a schedule and whenever it is kicked. */
export interface Job {
  readonly name: string
  /** Cron expression, seconds allowed; null for a job that is only kicked. */
  readonly schedule: string | null
  run(signal: AbortSignal): Promise<void>
}

export interface Scheduler {
  start(): void
  /** Runs the job now, or once more right after the run under way. */
  kick(name: string): void
  /** No new runs; resolves when those under way have ended. */
  stop(): Promise<void>
  /** Resolves when no job runs. */
  idle(): Promise<void>
  /** Jobs whose last run failed: the error's message, and since when. */
  failing(): ReadonlyMap<string, Failure>
}

export interface Failure {
  readonly message: string
  readonly since: number
}

export function isSchedule(expression: string): boolean {
  return cron.validate(expression)
}

interface Runner {
  readonly job: Job
  running: Promise<void> | null
  again: boolean
}

/** Never two runs of one job at once in this process; across processes the jobs take leases. */
export function createScheduler(
  ports: { readonly clock: Clock; readonly runs: Pick<Runs, 'save'>; readonly log: Log },
  options: { readonly jobs: readonly Job[]; readonly timezone: string },
): Scheduler {
  const runners = new Map<string, Runner>(
    options.jobs.map((job) => [job.name, { job, running: null, again: false }]),
  )
  const failures = new Map<string, Failure>()
  const stopping = new AbortController()
  let tasks: ScheduledTask[] = []

  async function runOnce(job: Job): Promise<void> {
    const started: JobRun = { job: job.name, startedAt: ports.clock.now(), finishedAt: null, error: null }
    let error: string | null = null
    try {
      await job.run(stopping.signal)
      failures.delete(job.name)
    } catch (caught) {
      // The one place where errors of jobs end: a job that failed is tried again at its next turn.
      error = caught instanceof Error ? caught.message : String(caught)
      failures.set(job.name, { message: error, since: failures.get(job.name)?.since ?? started.startedAt })
      ports.log.error({ job: job.name, error: caught }, 'A job failed and will be tried again')
    }
    if (job.schedule === null) return
    await ports.runs
      .save({ ...started, finishedAt: ports.clock.now(), error })
      .catch((caught: unknown) =>
        ports.log.error({ job: job.name, error: caught }, 'A run could not be recorded'),
      )
  }

  async function drain(runner: Runner): Promise<void> {
    do {
      runner.again = false
      await runOnce(runner.job)
    } while (runner.again && !stopping.signal.aborted)
  }

  function kick(name: string): void {
    const runner = runners.get(name)
    if (runner === undefined) throw new Error(`There is no job named ${name}.`)
    if (stopping.signal.aborted) return
    if (runner.running !== null) {
      runner.again = true
      return
    }
    runner.running = drain(runner).finally(() => {
      runner.running = null
    })
  }

  async function idle(): Promise<void> {
    await Promise.all([...runners.values()].map((runner) => runner.running))
  }

  return {
    start() {
      tasks = options.jobs.flatMap((job) =>
        job.schedule === null
          ? []
          : [
              cron.schedule(job.schedule, () => kick(job.name), {
                timezone: options.timezone,
                name: job.name,
              }),
            ],
      )
    },
    kick,
    idle,
    async stop() {
      stopping.abort()
      for (const task of tasks) await task.destroy()
      await idle()
    },
    failing: () => failures,
  }
}
