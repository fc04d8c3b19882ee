import { ConflictError, type Ports, type Records } from '../ports.ts'

const TRIES_MAX = 5

/** Runs a unit of work again when somebody else was faster; the work re-reads what it decides on. */
export async function inTransaction<T>(
  ports: Pick<Ports, 'store'>,
  work: (records: Records) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ports.store.transaction(work)
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === TRIES_MAX) throw error
    }
  }
}
