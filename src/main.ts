/** Picks the command. stdout is for machine-readable output; everything else goes to stderr. */

const USAGE = `usage: node src/main.ts <command>
  start        the app when Slack and Axiom credentials are set, else the sandbox   [--live]
  sandbox      a local Slack, Axiom and model with the app in it                    [--port N] [--headless]
  normalise    raw audit events in, grants out                                      --preset NAME [FILE or -]
  replay       a history through ledger, baseline and policy                        --preset NAME FILE...
  dry-run      what the app would do with the last hours, posting nothing           --since 24h
  doctor       checks every credential and setting
  verify       checks the hash chain of review events                               [FILE] [--anchor SEQ:HASH]
  policy       export, import FILE or diff FILE`

type Command = (args: readonly string[]) => Promise<number>

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./cli/start.ts')).runStart,
  sandbox: async () => (await import('./cli/sandbox.ts')).runSandbox,
  normalise: async () => (await import('./cli/normalise.ts')).runNormalise,
  replay: async () => (await import('./cli/replay.ts')).runReplay,
  'dry-run': async () => (await import('./cli/dry-run.ts')).runDryRun,
  doctor: async () => (await import('./cli/doctor.ts')).runDoctor,
  verify: async () => (await import('./cli/verify-command.ts')).runVerifyCommand,
  policy: async () => (await import('./cli/policy.ts')).runPolicy,
}

const [name = '', ...args] = process.argv.slice(2)
const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (load === undefined) {
  process.stderr.write(name === '' ? `${USAGE}\n` : `There is no command "${name}".\n${USAGE}\n`)
  process.exitCode = 2
} else {
  const { loadEnvironmentFile } = await import('./cli/environment.ts')
  loadEnvironmentFile()
  process.exitCode = await (await load())(args)
}
