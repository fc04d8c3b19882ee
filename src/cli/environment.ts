import { existsSync } from 'node:fs'
import {
  type Config,
  type ConfigFault,
  processEnvironment,
  readConfig,
  readPartialConfig,
} from '../config.ts'

/** Reads `.env` if there is one; what the environment sets already stays. */
export function loadEnvironmentFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}

/** Prints every fault at once, each with its fix. */
export function reportFaults(faults: readonly ConfigFault[]): number {
  process.stderr.write(
    `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n`,
  )
  for (const fault of faults) process.stderr.write(`  - ${fault.sentence}\n`)
  return 2
}

/** The configuration of a live run, of the sandbox's app, or the word that there is none. */
export function configFromEnvironment(options: { readonly live: boolean }): ReturnType<typeof readConfig> {
  return readConfig(processEnvironment(), options)
}

/** Configuration for commands that need only parts of it; null after the faults were printed. */
export function partialConfig(needs: readonly ['AXIOM_TOKEN'] | readonly []): Config | null {
  const result = readPartialConfig(processEnvironment(), needs)
  if (result.kind === 'config') return result.config
  reportFaults(result.kind === 'faults' ? result.faults : [])
  return null
}

export function wrongCall(sentence: string): number {
  process.stderr.write(`${sentence}\n`)
  return 2
}
