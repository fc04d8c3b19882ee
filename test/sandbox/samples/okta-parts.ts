import { z } from 'zod'

const shape = z.object({
  actor: z.object({ alternateId: z.string() }),
  target: z.array(z.object({ alternateId: z.string() })),
  debugContext: z.object({ debugData: z.record(z.string(), z.string()) }),
})

export interface OktaParts {
  readonly actor: string
  readonly grantee: string | undefined
  /** The roles that the event says are held afterwards. */
  readonly granted: readonly string[]
  readonly revoked: string | undefined
}

export function oktaParts(event: unknown): OktaParts {
  const { actor, target, debugContext } = shape.parse(event)
  const { privilegeGranted, privilegeRevoked } = debugContext.debugData
  return {
    actor: actor.alternateId,
    grantee: target[0]?.alternateId,
    granted: privilegeGranted?.split(', ') ?? [],
    revoked: privilegeRevoked,
  }
}
