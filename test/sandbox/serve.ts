import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { WorldClock } from '../../src/sandbox/clock.ts'
import { type Disk, openDisk } from '../../src/sandbox/disk.ts'

/** A directory that goes when the test ends. */
export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export function temporaryDisk(t: TestContext): Disk {
  const disk = openDisk(temporaryDirectory(t))
  t.after(() => disk.close())
  return disk
}

/** A clock that stands still until it is moved. */
export function standingClock(startMs: number): WorldClock {
  let nowMs = startMs
  return {
    now: () => nowMs,
    offsetMs: () => nowMs - startMs,
    advance(ms) {
      nowMs += ms
    },
  }
}

/** Serves one piece of the world on a free port; what it does not handle is 404. */
export async function serve(
  t: TestContext,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>,
): Promise<string> {
  const server = createServer((request, response) => {
    handle(request, response).then(
      (handled) => {
        if (!handled) response.writeHead(404).end()
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}
