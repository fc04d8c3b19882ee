import type { LocalAxiom } from '../axiom/axiom.ts'
import type { Disk } from '../disk.ts'
import type { SampleEvent } from './history.ts'
import { findScenario, STORY } from './scenarios.ts'
import type { Past } from './standing.ts'

const LOOK_MS = 250

/** Appends sample events to the datasets they belong to, in their order. */
export function appendSamples(axiom: LocalAxiom, samples: readonly SampleEvent[]): { ingested: number } {
  const datasets = new Set(samples.map((one) => one.dataset))
  let ingested = 0
  for (const dataset of datasets) {
    const events = samples.flatMap((one) => (one.dataset === dataset ? [one.event] : []))
    ingested += axiom.append(dataset, events).ingested
  }
  return { ingested }
}

/**
 * Lets the story happen once per world: after the app has connected and read the history, since whatever is there
 * when a feed is switched on is history and opens no review. Answers with a function that stops waiting for it.
 */
export function tellStory(options: {
  disk: Disk
  axiom: LocalAxiom
  past: Past
  reviewDataset: string
  now: () => number
  isConnected: () => boolean
}): () => void {
  const { axiom, past } = options
  const told = options.disk.collection<{ at: number }>('story')
  if (told.count() > 0) return () => undefined
  const timer = setInterval(() => {
    if (!options.isConnected() || !hasPolled(axiom, options.reviewDataset)) return
    clearInterval(timer)
    told.put('told', { at: options.now() })
    for (const id of STORY) appendSamples(axiom, findScenario(id)?.events(options.now(), past) ?? [])
  }, LOOK_MS)
  return () => clearInterval(timer)
}

/** The app sends its heartbeat when a poll of every feed is done. */
function hasPolled(axiom: LocalAxiom, reviewDataset: string): boolean {
  return (axiom.events(reviewDataset) ?? []).some((event) => event['event'] === 'poller.heartbeat')
}
