import { createHmac, timingSafeEqual } from 'node:crypto'

/** Signing and checking of webhooks as https://www.standardwebhooks.com describes. */

const SECRET_PREFIX = 'whsec_'
/** The standard asks for 24 to 64 bytes. */
const SECRET_BYTES_MIN = 24
const SECRET_BYTES_MAX = 64
const TOLERANCE_SECONDS = 5 * 60
/** A sender rotates between a few keys; more signatures than this are not looked at. */
const SIGNATURES_MAX = 10
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

export type WebhookHeaders = Readonly<
  Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>
>

/** What is wrong with a secret, as a sentence for the person who set it; null when it is fine. */
export function webhookSecretFault(secret: string): string | null {
  if (!secret.startsWith(SECRET_PREFIX)) return `must start with ${SECRET_PREFIX}`
  const encoded = secret.slice(SECRET_PREFIX.length)
  if (!BASE64.test(encoded)) return `must be base64 after ${SECRET_PREFIX}`
  const bytes = Buffer.from(encoded, 'base64').length
  if (bytes < SECRET_BYTES_MIN || bytes > SECRET_BYTES_MAX)
    return `must hold ${SECRET_BYTES_MIN} to ${SECRET_BYTES_MAX} bytes, and holds ${bytes}`
  return null
}

/** The three headers of a delivery. The secret must have passed `webhookSecretFault`. */
export function signWebhook(delivery: {
  readonly secret: string
  readonly id: string
  readonly timestampSeconds: number
  readonly body: string
}): WebhookHeaders {
  const fault = webhookSecretFault(delivery.secret)
  if (fault !== null) throw new TypeError(`the webhook secret ${fault}`)
  const timestamp = String(delivery.timestampSeconds)
  return {
    'webhook-id': delivery.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signatureOf(delivery.secret, delivery.id, timestamp, delivery.body).toString('base64')}`,
  }
}

/** Checks a delivery. Any one valid signature is enough, so that a sender can rotate its secret. */
export function verifyWebhook(input: {
  readonly secret: string
  readonly headers: { readonly id: string; readonly timestamp: string; readonly signature: string }
  /** Exactly as it came, before any parsing. */
  readonly body: string
  readonly nowMs: number
}): 'valid' | { readonly invalid: string } {
  const fault = webhookSecretFault(input.secret)
  if (fault !== null) return { invalid: `the secret ${fault}` }
  const { id, timestamp, signature } = input.headers
  if (id === '') return { invalid: 'webhook-id is missing' }
  if (!/^\d{1,12}$/.test(timestamp)) return { invalid: 'webhook-timestamp is not a number of seconds' }
  const ageSeconds = Math.floor(input.nowMs / 1_000) - Number(timestamp)
  if (ageSeconds > TOLERANCE_SECONDS) return { invalid: 'webhook-timestamp is too old' }
  if (ageSeconds < -TOLERANCE_SECONDS) return { invalid: 'webhook-timestamp is in the future' }
  const expected = signatureOf(input.secret, id, timestamp, input.body)
  // Every signature is looked at, so that the time taken does not tell which one matched.
  let matches = 0
  for (const candidate of signature.split(' ').slice(0, SIGNATURES_MAX)) {
    if (isSignature(candidate, expected)) matches += 1
  }
  return matches > 0 ? 'valid' : { invalid: 'no signature matches' }
}

function isSignature(candidate: string, expected: Buffer): boolean {
  const [version, encoded] = candidate.split(',')
  if (version !== 'v1' || encoded === undefined || !BASE64.test(encoded)) return false
  const given = Buffer.from(encoded, 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function signatureOf(secret: string, id: string, timestamp: string, body: string): Buffer {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
}
