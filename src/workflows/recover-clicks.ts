import { type Click, type Ports, UpstreamError } from '../ports.ts'
import { type DecidePorts, decide } from './decide.ts'

const CLICKS_PER_RUN = 100

/**
 * Acts on clicks that were acknowledged but never finished, oldest first; answers with how many. One that cannot be
 * judged now is kept, does not hold up those behind it, and fails the run in the end.
 */
export async function recoverClicks(
  ports: DecidePorts & Pick<Ports, 'log'>,
  input: { readonly tenantId: string; readonly receivedBefore: number },
): Promise<number> {
  const clicks = await ports.store.records.clicks.unfinished(input.tenantId, CLICKS_PER_RUN)
  const lost = clicks.filter((click: Click) => click.receivedAt < input.receivedBefore)
  let failed: UpstreamError | null = null
  for (const click of lost) {
    try {
      const outcome = await decide(ports, click)
      ports.log.info(
        { click: click.id, grant: click.grantId, outcome: outcome.kind },
        'Took up an unfinished click',
      )
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      failed = error
    }
  }
  if (failed !== null) throw failed
  return lost.length
}
