import { type Fields, identityOf, objectsAt, valueAt } from '../event-fields.ts'
import type { Party } from '../party.ts'
import { stringListAt, stringListOf } from './string-list.ts'

/** The two lists of EKS' `aws-auth`, which are YAML, or JSON, inside a text. */

export interface IdentityMapping {
  readonly principal: Party
  readonly groups: readonly string[]
}

const LINES_MAX = 5_000
const TEXT_MAX = 300_000

export function identityMappings(body: Fields): readonly IdentityMapping[] {
  return ['mapRoles', 'mapUsers'].flatMap((list) => {
    const steps = valueAt(body, 'path') === `/data/${list}` ? valueAt(body, 'value') : undefined
    const text = valueAt(body, `data.${list}`) ?? steps
    return typeof text === 'string' ? mappingsIn(text.slice(0, TEXT_MAX)) : []
  })
}

function mappingsIn(text: string): readonly IdentityMapping[] {
  if (text.trimStart().startsWith('['))
    return objectsAt({ root: { list: text.trim() }, base: '' }, 'list').flatMap((item) =>
      mappingOf(valueAt(item, 'rolearn') ?? valueAt(item, 'userarn'), stringListAt(item, 'groups')),
    )
  return blocks(text).flatMap(({ arn, groups }) => mappingOf(arn, groups))
}

function mappingOf(arn: unknown, groups: readonly string[]): readonly IdentityMapping[] {
  const id = identityOf(arn)
  if (id === null) return []
  const type = id.includes(':user/') ? 'user' : 'unknown'
  return [{ principal: { id, email: null, name: null, type }, groups }]
}

interface Block {
  arn: string | null
  readonly groups: string[]
}

const bare = (text: string) => text.trim().replace(/^(["'])(.*)\1$/s, '$2')

/** The items of a YAML list whose members are texts and lists of texts: all that EKS reads here. */
function blocks(text: string): readonly Block[] {
  const found: Block[] = []
  let margin: number | null = null
  let isInGroups = false
  for (const line of text.split('\n', LINES_MAX)) {
    const [, indent = '', dash, rest = ''] = /^( *)(- *)?(.*)$/.exec(line.trimEnd()) ?? []
    if (rest === '' || rest.startsWith('#')) continue
    margin ??= indent.length
    if (dash !== undefined && indent.length <= margin) {
      found.push({ arn: null, groups: [] })
      isInGroups = false
    }
    const block = found.at(-1)
    const [, key, value = ''] = /^(rolearn|userarn|username|groups) *:(?: +(.*))?$/i.exec(rest) ?? []
    if (block === undefined) continue
    if (key === undefined) {
      if (isInGroups && dash !== undefined) block.groups.push(bare(rest))
      continue
    }
    isInGroups = key.toLowerCase() === 'groups'
    if (isInGroups) block.groups.push(...stringListOf(value.replace(/^\[(.*)\]$/, '$1')).map(bare))
    else if (key.toLowerCase() !== 'username') block.arn = bare(value)
  }
  return found
}
