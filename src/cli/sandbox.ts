import { readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { processEnvironment } from '../config.ts'
import { hasCode, lockDirectory } from '../sandbox/lock.ts'
import { TEAM } from '../sandbox/slack/cast.ts'
import { createWorld, type World } from '../sandbox/world.ts'
import { parseArguments } from './arguments.ts'
import { wrongCall } from './environment.ts'

const PORT_DEFAULT = 3000
const PORTS_TRIED_MAX = 20
/** Only what the sandbox itself has written goes: `--dir` may be pointed at a directory that holds other things. */
const OWN_FILES = /^(?:world|countersign)\.db(?:-wal|-shm)?$|^clock-offset(?:\.new)?$/

const OPTIONS = {
  port: { type: 'string' },
  headless: { type: 'boolean' },
  dir: { type: 'string' },
  reset: { type: 'boolean' },
} as const

interface Call {
  readonly port: number | null
  readonly isHeadless: boolean
  readonly dir: string
  readonly isReset: boolean
}

/** Runs the sandbox until it is told to stop: a local Slack, Axiom and model, and the real app connected to them. */
export async function runSandbox(args: readonly string[]): Promise<number> {
  const call = readCall(args)
  if ('wrong' in call) return wrongCall(call.wrong)
  const env = passedOn()
  const live = await liveDataFault(env)
  if (live !== undefined) return wrongCall(live)
  const lock = lockDirectory(call.dir)
  if ('heldBy' in lock)
    return wrongCall(
      `Another sandbox (process ${lock.heldBy}) uses ${call.dir}; stop it or name another directory with --dir.`,
    )
  try {
    if (call.isReset) wipe(call.dir)
    return await run(call, env)
  } finally {
    lock.release()
  }
}

function readCall(args: readonly string[]): Call | { readonly wrong: string } {
  const parsed = parseArguments(args, OPTIONS)
  if ('wrong' in parsed) return parsed
  const { values, positionals } = parsed
  if (positionals.length > 0) return { wrong: `The sandbox takes options only, not "${positionals[0]}".` }
  const { port, dir } = values
  if (port !== undefined && !isPort(port))
    return { wrong: '--port takes a number from 0 to 65535; 0 is any free port.' }
  if (dir === '') return { wrong: '--dir takes the directory in which the sandbox keeps its state.' }
  return {
    port: port === undefined ? null : Number(port),
    isHeadless: values['headless'] === true,
    dir: resolve(typeof dir === 'string' ? dir : './data/sandbox'),
    isReset: values['reset'] === true,
  }
}

function isPort(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,5}$/.test(value) && Number(value) <= 65_535
}

/** The settings of the caller that the sandbox's app gets too; credentials are never among them. */
function passedOn(): Record<string, string> {
  const { DATABASE_URL: databaseUrl, LOG_LEVEL: logLevel } = processEnvironment()
  const file = databaseUrl?.startsWith('sqlite:') ? databaseUrl.slice('sqlite:'.length) : undefined
  return {
    // The app runs in the sandbox's own directory, so that it meets no .env.
    ...(databaseUrl && { DATABASE_URL: file === undefined ? databaseUrl : `sqlite:${resolve(file)}` }),
    ...(logLevel && { LOG_LEVEL: logLevel }),
  }
}

/** Sample grants in a real ledger would poison its baselines, so a database that serves a workspace is refused. */
async function liveDataFault(env: Readonly<Record<string, string>>): Promise<string | undefined> {
  const { DATABASE_URL: databaseUrl } = env
  if (databaseUrl === undefined) return undefined
  // Loaded only here: without a database of the caller's, the sandbox starts sooner.
  const { openStore } = await import('../store/database.ts')
  const store = await openStore(databaseUrl)
  try {
    const own = await store.records.tenants.forWorkspace(TEAM.id)
    const all = await store.records.tenants.all()
    if (all.every((tenant) => tenant.tenantId === own)) return undefined
    return 'DATABASE_URL holds live data, which the sandbox must not touch; unset it or name an empty database.'
  } finally {
    await store.close()
  }
}

function wipe(dir: string): void {
  for (const name of readdirSync(dir)) if (OWN_FILES.test(name)) rmSync(join(dir, name))
}

async function run(call: Call, env: Readonly<Record<string, string>>): Promise<number> {
  const stopped = untilStopped()
  const world = await openWorld(call, env)
  if (world === undefined)
    return wrongCall(`Port ${call.port ?? PORT_DEFAULT} is taken; name a free one with --port.`)
  try {
    const first = await Promise.race([world.untilConnected(), stopped])
    if (first === 'ended') {
      tell('The app ended before it was connected, so the sandbox stops too; its lines above say why.')
      return 1
    }
    if (first === 'connected') {
      process.stdout.write(`Sandbox ready: ${world.url}\n`)
      if (!call.isHeadless) tell(`Open ${world.url} in a browser. Press Ctrl-C to stop.`)
      await stopped
    }
    return 0
  } finally {
    await world.stop()
  }
}

/** Undefined where no port that may be used is free. */
async function openWorld(call: Call, env: Readonly<Record<string, string>>): Promise<World | undefined> {
  const first = call.port ?? PORT_DEFAULT
  const ports =
    call.port === null ? Array.from({ length: PORTS_TRIED_MAX }, (_, index) => first + index) : [first]
  for (const port of ports) {
    try {
      const world = await createWorld({ dir: call.dir, port, startApp: true, env, say: tell })
      if (port !== first) tell(`Port ${first} is taken, so the sandbox uses ${port}.`)
      return world
    } catch (error) {
      if (!hasCode(error, 'EADDRINUSE')) throw error
    }
  }
  return undefined
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
function untilStopped(): Promise<'stopped'> {
  return new Promise((done) => {
    const stop = () => {
      process.once('SIGINT', () => process.exit(130))
      process.once('SIGTERM', () => process.exit(143))
      done('stopped')
    }
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  })
}
