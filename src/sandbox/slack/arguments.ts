import { isRecord, parseJson } from '../exchange.ts'
import { assignIds } from './elements.ts'
import { type JsonObject, objectsIn } from './json-object.ts'
import { tooManyCharacters, validateBlocks } from './validate-blocks.ts'
import { refusalFor, SlackRefusal } from './workspace.ts'

const METADATA_BYTES_MAX = 16_000
const ATTACHMENTS_MAX = 100

/** A text argument; JSON bodies may carry it as a number or a boolean. */
export function textArgument(args: JsonObject, name: string): string | undefined {
  const value = args[name]
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' ? value : undefined
}

export function requiredArgument(args: JsonObject, name: string): string {
  const value = textArgument(args, name)
  if (value === undefined || value === '')
    throw refusalFor('invalid_arguments', [
      { pointer: `/${name}`, message: `missing required field: ${name}` },
    ])
  return value
}

export function flagArgument(args: JsonObject, name: string): boolean {
  return ['true', '1'].includes(textArgument(args, name) ?? '')
}

export function countArgument(
  args: JsonObject,
  name: string,
  limits: { fallback: number; max: number },
): number {
  const text = textArgument(args, name)
  if (text === undefined || text === '') return limits.fallback
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new SlackRefusal('invalid_limit')
  return Math.min(value === 0 ? limits.fallback : value, limits.max)
}

/** A structured argument: form bodies carry it as JSON text, JSON bodies as it is. */
export function structuredArgument(args: JsonObject, name: string, wrongFormat: string): unknown {
  const value = args[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string') return value
  const parsed = parseJson(value)
  if (parsed === undefined) throw new SlackRefusal(wrongFormat)
  return parsed
}

/** The message's blocks with every missing id filled in; undefined when the caller sent none. */
export function blocksArgument(args: JsonObject): JsonObject[] | undefined {
  const value = structuredArgument(args, 'blocks', 'invalid_blocks_format')
  if (value === undefined) return undefined
  if (!Array.isArray(value)) throw new SlackRefusal('invalid_blocks_format')
  return checkedBlocks(value, '/blocks')
}

function checkedBlocks(value: readonly unknown[], base: string): JsonObject[] {
  const faults = validateBlocks(value, 'message', base)
  if (faults.length > 0) throw refusalFor('invalid_blocks', faults)
  const blocks = objectsIn(value)
  if (tooManyCharacters(blocks)) throw new SlackRefusal('msg_blocks_too_long')
  return assignIds(blocks)
}

export function attachmentsArgument(args: JsonObject): JsonObject[] | undefined {
  const value = structuredArgument(args, 'attachments', 'invalid_attachments')
  if (value === undefined) return undefined
  if (!Array.isArray(value) || !value.every(isRecord)) throw new SlackRefusal('invalid_attachments')
  if (value.length > ATTACHMENTS_MAX) throw new SlackRefusal('too_many_attachments')
  return value.map((attachment, index) =>
    Array.isArray(attachment['blocks'])
      ? { ...attachment, blocks: checkedBlocks(attachment['blocks'], `/attachments/${index}/blocks`) }
      : attachment,
  )
}

export function metadataArgument(args: JsonObject): JsonObject | undefined {
  const value = structuredArgument(args, 'metadata', 'invalid_metadata_format')
  if (value === undefined) return undefined
  if (!isRecord(value)) throw new SlackRefusal('invalid_metadata_format')
  if (Object.keys(value).length === 0) return value
  if (typeof value['event_type'] !== 'string' || !isRecord(value['event_payload']))
    throw new SlackRefusal('invalid_metadata_schema')
  if (Buffer.byteLength(JSON.stringify(value)) > METADATA_BYTES_MAX)
    throw new SlackRefusal('metadata_too_large')
  return value
}
