import type { Telemetry } from '../ports.ts'
import type { Axiom } from './client.ts'

/** Sends events outside the chain to the review dataset. */
export function createTelemetry(options: { readonly axiom: Axiom; readonly dataset: string }): Telemetry {
  return {
    async send(events) {
      if (events.length > 0) await options.axiom.ingest(options.dataset, events)
    },
  }
}
