import { AplError, type Token } from './apl-tokens.ts'

export interface Reader {
  peek(): Token
  next(): Token
  /** Takes the symbol or keyword if it is next. */
  take(text: string): boolean
  expect(text: string): void
}

export function createReader(tokens: readonly Token[]): Reader {
  let position = 0
  const end: Token = { kind: 'end', text: '', at: 0 }
  const peek = () => tokens[position] ?? end
  const isNext = (text: string) => {
    const token = peek()
    return (token.kind === 'symbol' || token.kind === 'name') && token.text === text
  }
  return {
    peek,
    next() {
      const token = peek()
      position += 1
      return token
    },
    take(text) {
      if (!isNext(text)) return false
      position += 1
      return true
    },
    expect(text) {
      if (!isNext(text)) throw wrong(peek(), `"${text}"`)
      position += 1
    },
  }
}

export function wrong(token: Token, wanted: string): AplError {
  const found = token.kind === 'end' ? 'the end of the query' : JSON.stringify(token.text)
  return new AplError(`expected ${wanted} at position ${token.at}, found ${found}`)
}

export function listOf<T>(reader: Reader, item: (reader: Reader) => T): readonly T[] {
  const items = [item(reader)]
  while (reader.take(',')) items.push(item(reader))
  return items
}

export function stringOf(reader: Reader): string {
  const token = reader.next()
  if (token.kind !== 'string') throw wrong(token, 'a quoted string')
  return token.text
}
