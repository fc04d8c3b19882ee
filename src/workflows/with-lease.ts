import type { Ports } from '../ports.ts'

/** So long the work of an instance that was killed stands still before another, or its own next start, takes over. */
const LEASE_MS = 10_000
const RENEW_MS = 3_000

/** Runs work that only one instance may do at a time; false when another holds the lease. It is renewed meanwhile. */
export async function withLease(
  ports: Pick<Ports, 'clock' | 'store'>,
  lease: { readonly name: string; readonly holder: string; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const { leases } = ports.store.records
  const take = async () => {
    const now = ports.clock.now()
    return await leases.take({ name: lease.name, holder: lease.holder, until: now + LEASE_MS, now })
  }
  if (!(await take())) return false
  const lost = new AbortController()
  const renewal = setInterval(() => {
    take().then(
      (held) => held || lost.abort(),
      () => lost.abort(),
    )
  }, RENEW_MS)
  try {
    await work(AbortSignal.any([lease.signal, lost.signal]))
    return true
  } finally {
    clearInterval(renewal)
    await leases.release({ name: lease.name, holder: lease.holder })
  }
}
