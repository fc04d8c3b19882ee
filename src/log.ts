import { pino } from 'pino'
import type { Log } from './ports.ts'

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const SECRET_FIELDS = [
  'token',
  'secret',
  'authorization',
  'apiKey',
  'password',
  'botToken',
  'appToken',
  'key',
]
const SECRET_TEXT = /\b(xox[abeprs]-|xapp-|xaat-|xapt-|sk-|whsec_)[A-Za-z0-9_+/=-]+/g

/** Structured log on stderr; stdout is for machine-readable output. Secrets are replaced by field name and by shape. */
export function createLog(level: LogLevel): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [...SECRET_FIELDS, ...SECRET_FIELDS.map((field) => `*.${field}`)],
        censor: '[secret]',
      },
      serializers: { error: serialiseError },
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}

function withoutSecrets(text: string): string {
  return text.replaceAll(SECRET_TEXT, '$1[secret]')
}

const CAUSES_MAX = 4

/** An error as fields, its causes included; messages and stacks may hold tokens, so they are cleaned. */
function serialiseError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return withoutSecrets(String(error)).slice(0, 2_000)
  return {
    name: error.name,
    message: withoutSecrets(error.message).slice(0, 2_000),
    stack: depth === 0 ? withoutSecrets(error.stack ?? '').slice(0, 4_000) : undefined,
    ...('status' in error ? { status: error.status } : {}),
    ...(error.cause !== undefined && depth < CAUSES_MAX
      ? { cause: serialiseError(error.cause, depth + 1) }
      : {}),
  }
}
