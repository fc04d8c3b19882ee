/** Faults beyond these are counted and not listed. */
const FAULTS_MAX = 100

export type ChainFaultKind =
  | 'missing'
  | 'altered'
  | 'reordered'
  | 'rival'
  | 'forged'
  | 'cut-off'
  | 'anchor'
  | 'malformed'
  | 'unchained'

export interface ChainFault {
  readonly tenant: string | null
  readonly seq: number | null
  /** Which line or row of the input, from 1; null for what concerns the chain as a whole. */
  readonly line: number | null
  readonly kind: ChainFaultKind
  readonly what: string
}

export interface FaultList {
  add(fault: ChainFault): void
  count(): number
  list(): readonly ChainFault[]
}

export function createFaultList(): FaultList {
  const faults: ChainFault[] = []
  let count = 0
  return {
    add(fault) {
      count += 1
      if (faults.length < FAULTS_MAX) faults.push(fault)
    },
    count: () => count,
    list: () => faults,
  }
}

/** Says what was shown and what was not, so that nobody reads more into a result than it holds. */
export function claimOf(result: {
  readonly broken: boolean
  readonly events: number
  readonly tombstones: number
  readonly hasKey: boolean
  readonly hasAnchors: boolean
}): string {
  if (result.broken)
    return 'The chain is broken: events were changed, removed, moved or added after they were recorded.'
  if (result.events === 0)
    return 'There is no chained event here, so nothing is shown. Give --anchor SEQ:HASH to find out whether events were removed.'
  const sentences = ['No event between the first and the last was altered, removed, moved or added.']
  sentences.push(
    result.hasKey
      ? 'Nobody without the chain key can have forged them.'
      : 'Without CHAIN_KEY this does not exclude that someone who can write to the dataset forged all of it.',
  )
  sentences.push(
    result.hasAnchors
      ? 'The chain reaches every anchor; events after the newest anchor could have been cut off unseen.'
      : 'Events cut off at the end would not show: give --anchor SEQ:HASH, from a digest, a webhook or an export.',
  )
  if (result.tombstones > 0)
    sentences.push(
      `${result.tombstones} of the events were refused by the target and stand as tombstones: their place is checked, their text is in the local store only.`,
    )
  return sentences.join(' ')
}
