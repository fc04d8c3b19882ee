import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobRun, Log } from '../src/ports.ts'
import { createScheduler, isSchedule, type Job } from '../src/scheduler.ts'

function aScheduler(jobs: readonly Job[]) {
  const runs: JobRun[] = []
  const errors: string[] = []
  const log: Log = { info: () => {}, warn: () => {}, error: (_fields, message) => void errors.push(message) }
  const ports = { clock: { now: () => 1 }, runs: { save: async (run: JobRun) => void runs.push(run) }, log }
  return { scheduler: createScheduler(ports, { jobs, timezone: 'UTC' }), runs, errors }
}

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

test('a job kicked while it runs runs once more, never twice at once', async () => {
  let running = 0
  let most = 0
  let times = 0
  const first = gate()
  const { scheduler } = aScheduler([
    {
      name: 'poll',
      schedule: null,
      async run() {
        running += 1
        times += 1
        most = Math.max(most, running)
        await first.opened
        running -= 1
      },
    },
  ])
  scheduler.kick('poll')
  scheduler.kick('poll')
  scheduler.kick('poll')
  first.open()
  await scheduler.idle()
  assert.deepEqual({ most, times }, { most: 1, times: 2 })
  await scheduler.stop()
})

test('a run that fails is recorded and named, and the next run clears it', async () => {
  let fails = true
  const { scheduler, runs, errors } = aScheduler([
    {
      name: 'poll',
      schedule: '0 0 1 1 *',
      async run() {
        if (fails) throw new Error('Axiom is away')
      },
    },
  ])
  scheduler.kick('poll')
  await scheduler.idle()
  assert.equal(scheduler.failing().get('poll')?.message, 'Axiom is away')
  assert.equal(errors.length, 1)
  fails = false
  scheduler.kick('poll')
  await scheduler.idle()
  assert.equal(scheduler.failing().size, 0)
  assert.deepEqual(
    runs.map((run) => run.error),
    ['Axiom is away', null],
  )
  await scheduler.stop()
})

test('stopping tells the job, waits for it, and lets nothing new begin', async () => {
  const started = gate()
  let finished = false
  let times = 0
  const { scheduler } = aScheduler([
    {
      name: 'poll',
      schedule: null,
      async run(signal) {
        times += 1
        started.open()
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        finished = true
      },
    },
  ])
  scheduler.kick('poll')
  await started.opened
  await scheduler.stop()
  assert.equal(finished, true)
  scheduler.kick('poll')
  assert.equal(times, 1)
})

test('a job that does not exist cannot be kicked', () => {
  const { scheduler } = aScheduler([])
  assert.throws(() => scheduler.kick('nothing'), /no job named nothing/)
})

test('cron expressions are checked as the scheduler reads them', () => {
  assert.equal(isSchedule('*/5 * * * *'), true)
  assert.equal(isSchedule('*/2 * * * * *'), true)
  assert.equal(isSchedule('every day'), false)
  assert.equal(isSchedule('99 * * * *'), false)
})
