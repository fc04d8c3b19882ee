import { StringDecoder } from 'node:string_decoder'

/** The lines of a stream, one by one; null for a line beyond the limit, which is never held whole in memory. */
export async function* boundedLines(
  input: AsyncIterable<string | Buffer>,
  charactersMax: number,
): AsyncGenerator<string | null> {
  const decoder = new StringDecoder('utf8')
  let pending = ''
  let isTooLong = false
  let isFirst = true
  for await (const chunk of input) {
    let text = typeof chunk === 'string' ? chunk : decoder.write(chunk)
    if (isFirst && text !== '') {
      if (text.startsWith('\ufeff')) text = text.slice(1)
      isFirst = false
    }
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const line = pending + text.slice(start, end)
      yield isTooLong || line.length > charactersMax ? null : line
      pending = ''
      isTooLong = false
      start = end + 1
    }
    if (isTooLong) continue
    pending += text.slice(start)
    if (pending.length <= charactersMax) continue
    pending = ''
    isTooLong = true
  }
  const last = pending + decoder.end()
  if (isTooLong || last !== '') yield isTooLong ? null : last
}
