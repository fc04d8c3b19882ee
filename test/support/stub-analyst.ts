import type { TestContext } from 'node:test'
import { createAnalyst } from '../../src/openai/analyst.ts'
import type { Analyst } from '../../src/ports/analyst.ts'
import { createFaults, type Faults } from '../../src/sandbox/faults.ts'
import { createModel } from '../../src/sandbox/model/model.ts'
import { serve, standingClock } from '../sandbox/serve.ts'
import { NOON } from './builders.ts'

/** The sandbox's model behind real HTTP, asked through the real adapter. */
export async function stubAnalyst(
  t: TestContext,
  api: 'responses' | 'chat' = 'responses',
): Promise<{ readonly analyst: Analyst; readonly faults: Faults }> {
  const faults = createFaults()
  const model = createModel({ clock: standingClock(NOON), faults })
  const url = await serve(t, model.handle)
  return { analyst: createAnalyst({ apiKey: 'sk-sandbox', baseUrl: `${url}/openai/v1`, api }), faults }
}
