import { isRecord } from '../exchange.ts'
import type { JsonObject } from './json-object.ts'

/** One reason why Slack refuses a payload, and where in it. */
export interface SchemaFault {
  readonly pointer: string
  readonly message: string
}

/** Adds the faults of `value`, which stands at JSON pointer `at`, to `faults`. */
export type Check = (value: unknown, at: string, faults: SchemaFault[]) => void

/** Says what is wrong with an object as a whole, beyond its fields. */
export type ObjectRule = (object: JsonObject) => string | { field: string; message: string } | undefined

export function faultsOf(check: Check, value: unknown, at: string): SchemaFault[] {
  const faults: SchemaFault[] = []
  check(value, at, faults)
  return faults
}

/** The form that `response_metadata.messages` has on the wire. */
export function faultText(fault: SchemaFault): string {
  return `[ERROR] ${fault.message} [json-pointer:${fault.pointer}]`
}

export function stringOf(limits: { min?: number; max?: number } = {}): Check {
  return (value, at, faults) => {
    if (typeof value !== 'string') {
      faults.push({ pointer: at, message: 'must provide a string' })
      return
    }
    if (value.length < (limits.min ?? 0))
      faults.push({ pointer: at, message: `must be more than ${(limits.min ?? 0) - 1} characters` })
    if (limits.max !== undefined && value.length > limits.max)
      faults.push({ pointer: at, message: `must be less than ${limits.max + 1} characters` })
  }
}

export function matching(pattern: RegExp, meaning: string): Check {
  return (value, at, faults) => {
    if (typeof value !== 'string' || !pattern.test(value)) faults.push({ pointer: at, message: meaning })
  }
}

export function numberOf(limits: { min?: number; max?: number; integer?: boolean } = {}): Check {
  return (value, at, faults) => {
    if (
      typeof value !== 'number' ||
      !Number.isFinite(value) ||
      (limits.integer && !Number.isInteger(value))
    ) {
      faults.push({ pointer: at, message: `must provide ${limits.integer ? 'an integer' : 'a number'}` })
      return
    }
    if (limits.min !== undefined && value < limits.min)
      faults.push({ pointer: at, message: `must be at least ${limits.min}` })
    if (limits.max !== undefined && value > limits.max)
      faults.push({ pointer: at, message: `must be at most ${limits.max}` })
  }
}

export const boolean: Check = (value, at, faults) => {
  if (typeof value !== 'boolean') faults.push({ pointer: at, message: 'must provide a boolean' })
}

export function oneOf(...choices: readonly string[]): Check {
  return (value, at, faults) => {
    if (typeof value !== 'string' || !choices.includes(value))
      faults.push({ pointer: at, message: `must be one of: ${choices.join(', ')}` })
  }
}

export function listOf(item: Check, limits: { min?: number; max: number }): Check {
  return (value, at, faults) => {
    if (!Array.isArray(value)) {
      faults.push({ pointer: at, message: 'must provide an array' })
      return
    }
    const min = limits.min ?? 0
    if (value.length < min)
      faults.push({ pointer: at, message: `no less than ${min} items allowed [${value.length} given]` })
    if (value.length > limits.max)
      faults.push({ pointer: at, message: `no more than ${limits.max} items allowed` })
    // A list far over its limit is refused already; its items past the limit add nothing.
    value.slice(0, limits.max).forEach((entry, index) => {
      item(entry, `${at}/${index}`, faults)
    })
  }
}

interface ObjectFields {
  readonly required?: Readonly<Record<string, Check>>
  readonly optional?: Readonly<Record<string, Check>>
  readonly rules?: readonly ObjectRule[]
}

/** An object with exactly these fields: Slack refuses a property it does not know. */
export function objectOf({ required = {}, optional = {}, rules = [] }: ObjectFields): Check {
  return (value, at, faults) => {
    if (!isRecord(value)) {
      faults.push({ pointer: at, message: 'must provide an object' })
      return
    }
    for (const [field, check] of Object.entries(required)) {
      if (value[field] === undefined)
        faults.push({ pointer: at, message: `missing required field: ${field}` })
      else check(value[field], `${at}/${field}`, faults)
    }
    for (const [field, check] of Object.entries(optional))
      if (value[field] !== undefined) check(value[field], `${at}/${field}`, faults)
    for (const field of Object.keys(value))
      if (!Object.hasOwn(required, field) && !Object.hasOwn(optional, field))
        faults.push({ pointer: at, message: `invalid additional property: ${field}` })
    for (const rule of rules) {
      const broken = rule(value)
      if (typeof broken === 'string') faults.push({ pointer: at, message: broken })
      else if (broken !== undefined)
        faults.push({ pointer: `${at}/${broken.field}`, message: broken.message })
    }
  }
}

/** Picks the check by the object's `type`; a type that is not in the table is refused. */
export function byType(table: Readonly<Record<string, Check>>, noun = 'type'): Check {
  return (value, at, faults) => {
    const type = isRecord(value) ? value['type'] : undefined
    if (typeof type !== 'string') {
      faults.push({ pointer: at, message: 'missing required field: type' })
      return
    }
    const check = Object.hasOwn(table, type) ? table[type] : undefined
    if (check === undefined)
      faults.push({ pointer: `${at}/type`, message: `unsupported ${noun}: ${type.slice(0, 100)}` })
    else check(value, at, faults)
  }
}
