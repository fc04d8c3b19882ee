import type { TestContext } from 'node:test'
import { type ApiParts, handleApi } from '../../../src/sandbox/api.ts'
import type { AppProcess } from '../../../src/sandbox/app-process.ts'
import { createAxiom } from '../../../src/sandbox/axiom/axiom.ts'
import { createChangeStream } from '../../../src/sandbox/change-stream.ts'
import { createFaults } from '../../../src/sandbox/faults.ts'
import { serve, standingClock, temporaryDisk } from '../serve.ts'

export const NOW = Date.parse('2026-11-24T13:00:00Z')

/** The sandbox API over real HTTP, with the real Axiom and a Slack that only answers what it is asked. */
export async function standApi(t: TestContext) {
  const clock = standingClock(NOW)
  const faults = createFaults()
  const axiom = createAxiom({ disk: temporaryDisk(t), clock, faults })
  for (const dataset of ['okta-logs', 'github-audit']) axiom.create(dataset)
  const app = standingApp()
  const changes = createChangeStream()
  t.after(changes.close)
  const parts: ApiParts = {
    slack: {
      act: async (input) => ({ status: 200, body: { ok: true, sees: { echo: input } } }),
      state: () => ({ people: [], channels: [], app: { connected: true, connections: 1 } }),
      messages: (channel) => (channel === 'access-reviews' ? [] : undefined),
      person: () => undefined,
      usage: () => ({ methods: { 'auth.test': 1 }, events: {}, commands: {}, refusals: [] }),
    },
    axiom,
    model: { usage: () => ({ calls: {} }) },
    inbox: { received: () => [] },
    clock,
    faults,
    app,
    past: (dataset) => axiom.events(dataset) ?? [],
    changes,
  }
  const url = await serve(t, (request, response) => handleApi(parts, request, response))
  const call = async (method: string, path: string, body?: string) => {
    const response = await fetch(`${url}/sandbox/api/${path}`, {
      method,
      ...(body !== undefined && { body }),
    })
    const answer: unknown = await response.json()
    return { status: response.status, body: answer }
  }
  return { url, parts, axiom, changes, app, faults, call }
}

interface StandingApp extends AppProcess {
  readonly done: readonly string[]
}

function standingApp(): StandingApp {
  const done: string[] = []
  const note = (what: string) => async () => {
    done.push(what)
  }
  return {
    done,
    start: note('start'),
    stop: note('stop'),
    kill: note('kill'),
    status: () => ({ status: 'running', pid: 7 }),
    noteConnected: () => undefined,
    onChange: () => undefined,
  }
}
