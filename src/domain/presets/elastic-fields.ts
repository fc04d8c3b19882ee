import { type Fields, fieldsOf, valueAt } from '../event-fields.ts'
import type { ReadOptions } from './preset.ts'

export interface ElasticFields {
  /** The source's own fields. */
  readonly inner: Fields
  /** What Elastic's schema keeps beside them: the time, the address, the people. */
  readonly around: Fields
}

/** An event in which Elastic's integration keeps the source's own fields below `place`; null when it is none. */
export function elasticFields(
  event: unknown,
  options: Pick<ReadOptions, 'prefix'>,
  { place, markers }: { readonly place: string; readonly markers: readonly string[] },
): ElasticFields | null {
  const around = fieldsOf(event, {
    prefix: options.prefix,
    markers: markers.map((marker) => `${place}.${marker}`),
  })
  const inner = { root: around.root, base: `${around.base}${place}.` }
  return markers.some((marker) => valueAt(inner, marker) !== undefined) ? { inner, around } : null
}
