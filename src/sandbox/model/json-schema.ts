import { isRecord } from '../exchange.ts'

type Schema = Readonly<Record<string, unknown>>

const DEPTH_MAX = 10

/**
 * Why a strict schema would be refused, as OpenAI refuses it: every object closed and every property required.
 * Undefined when it is fine.
 */
export function strictFault(schema: unknown, path = '', depth = 0): string | undefined {
  if (!isRecord(schema) || depth > DEPTH_MAX) return undefined
  const where = path === '' ? 'the root' : path
  const properties = schema['properties']
  if (schema['type'] === 'object') {
    if (schema['additionalProperties'] !== false) return `'additionalProperties' must be false at ${where}`
    const required = Array.isArray(schema['required']) ? schema['required'] : []
    const missing = Object.keys(isRecord(properties) ? properties : {}).filter(
      (key) => !required.includes(key),
    )
    if (missing.length > 0)
      return `'required' must include every property at ${where}; missing ${missing.join(', ')}`
  }
  const inner: readonly (readonly [string, unknown])[] = [
    ...Object.entries(isRecord(properties) ? properties : {}),
    ['items', schema['items']],
    ...(Array.isArray(schema['anyOf']) ? schema['anyOf'].map((one) => ['anyOf', one] as const) : []),
    ...Object.entries(isRecord(schema['$defs']) ? schema['$defs'] : {}),
  ]
  for (const [key, child] of inner) {
    const fault = strictFault(child, `${path}.${key}`, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Shapes `value` to the schema: known names (in camel or snake case) keep their value, the rest gets the least there is. */
export function shapeTo(schema: unknown, value: unknown): unknown {
  return shape(schema, value, { root: isRecord(schema) ? schema : {}, depth: 0 })
}

function shape(given: unknown, value: unknown, context: { root: Schema; depth: number }): unknown {
  const schema = resolve(given, context.root)
  if (schema === undefined || context.depth > DEPTH_MAX) return value ?? null
  const inner = { root: context.root, depth: context.depth + 1 }
  const choices = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(choices)) {
    if (value === undefined && choices.some((one) => isRecord(one) && one['type'] === 'null')) return null
    return shape(choices.find((one) => isRecord(one) && one['type'] !== 'null') ?? choices[0], value, inner)
  }
  if (Array.isArray(schema['enum'])) return schema['enum'].includes(value) ? value : schema['enum'][0]
  if (schema['const'] !== undefined) return schema['const']
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type']
  if (type === 'object') return shapeObject(schema, value, inner)
  if (type === 'array')
    return Array.isArray(value) ? value.map((item) => shape(schema['items'], item, inner)) : []
  if (type === 'string') return typeof value === 'string' ? value : ''
  if (type === 'number' || type === 'integer') return typeof value === 'number' ? value : 0
  if (type === 'boolean') return value === true
  return value ?? null
}

function shapeObject(schema: Schema, value: unknown, context: { root: Schema; depth: number }): unknown {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {}
  const known = new Map(Object.entries(isRecord(value) ? value : {}).map(([key, one]) => [plain(key), one]))
  return Object.fromEntries(
    Object.entries(properties).map(([key, child]) => [key, shape(child, known.get(plain(key)), context)]),
  )
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

function resolve(schema: unknown, root: Schema): Schema | undefined {
  if (!isRecord(schema)) return undefined
  const reference = schema['$ref']
  if (typeof reference !== 'string') return schema
  const [, group = '', name = ''] = reference.split('/')
  const definitions = root[group]
  const found = isRecord(definitions) ? definitions[name] : undefined
  return isRecord(found) ? found : undefined
}
