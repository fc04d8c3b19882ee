import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Takes a directory for this process; answers with the process that has it where one does. */
export function lockDirectory(directory: string): { release(): void } | { readonly heldBy: number } {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'world.lock')
  // The second try is for a lock whose process is gone.
  for (const isLast of [false, true]) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return { release: () => rmSync(file, { force: true }) }
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
      const holder = Number(readFileSync(file, 'utf8'))
      if (isLast || isRunning(holder)) return { heldBy: holder }
      rmSync(file, { force: true })
    }
  }
  throw new Error('unreachable: the second try always answers')
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    // Signal 0 asks whether the process is there and sends nothing.
    return process.kill(pid, 0)
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
