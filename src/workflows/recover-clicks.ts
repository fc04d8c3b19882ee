import type { Click, Ports } from '../ports.ts'
import { type DecidePorts, decide } from './decide.ts'

const CLICKS_PER_RUN = 100

/** Acts on clicks that were acknowledged but never finished, oldest first; answers with how many. */
export async function recoverClicks(
  ports: DecidePorts & Pick<Ports, 'log'>,
  input: { readonly tenantId: string; readonly olderThanMs: number },
): Promise<number> {
  const before = ports.clock.now() - input.olderThanMs
  const clicks = await ports.store.records.clicks.unfinished(input.tenantId, CLICKS_PER_RUN)
  const lost = clicks.filter((click: Click) => click.receivedAt <= before)
  for (const click of lost) {
    const outcome = await decide(ports, click)
    ports.log.info(
      { click: click.id, grant: click.grantId, outcome: outcome.kind },
      'Took up an unfinished click',
    )
  }
  return lost.length
}
