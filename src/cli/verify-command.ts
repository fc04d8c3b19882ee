import { createAxiom } from '../axiom/client.ts'
import { readReviewEvents } from '../axiom/review-reader.ts'
import { partialConfig } from './environment.ts'
import { runVerify } from './verify.ts'

/** Review events may be as old as the product, and dated a little ahead by a skewed clock. */
const FROM = Date.parse('2024-01-01T00:00:00Z')
const AHEAD_MS = 86_400_000

/** `verify` with the process's own streams and configuration. */
export async function runVerifyCommand(args: readonly string[]): Promise<number> {
  const config = partialConfig([])
  if (config === null) return 2
  const { axiom } = config
  const clock = { now: () => Date.now() }
  return await runVerify(args, {
    chainKey: config.chainKey,
    readEvents:
      axiom === null
        ? null
        : () =>
            readReviewEvents(createAxiom(axiom, { clock }), {
              dataset: axiom.reviewDataset,
              timeFrom: FROM,
              timeTo: clock.now() + AHEAD_MS,
            }),
    stdin: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  })
}
