import { readFileSync } from 'node:fs'
import { policySchema } from '../domain/policy.ts'
import { type PolicyPins, withPins } from '../workflows/seed-policy.ts'

export type PolicyFile =
  | { readonly ok: true; readonly pins: PolicyPins }
  | { readonly ok: false; readonly sentences: readonly string[] }

const FILE_BYTES_MAX = 2_000_000

/** Reads a policy file: JSON with any of the policy's settings. Every fault names the setting. */
export function readPolicyFile(path: string): PolicyFile {
  const text = readText(path)
  if (text === null)
    return { ok: false, sentences: [`${path} cannot be read; check the path and its permissions.`] }
  if (text.length > FILE_BYTES_MAX)
    return { ok: false, sentences: [`${path} is larger than 2 MB; a policy is not.`] }
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return {
      ok: false,
      sentences: [`${path} is not a JSON object; npm run policy -- export shows the form.`],
    }
  const merged = policySchema.safeParse({ ...value })
  if (!merged.success)
    return {
      ok: false,
      sentences: merged.error.issues.map(
        (issue) => `${path}: ${issue.path.join('.') || 'policy'}: ${issue.message}`,
      ),
    }
  const pins = value as PolicyPins
  // The defaults of what the file leaves out are not pinned: only its own settings are laid over the store's.
  withPins(policySchema.parse({}), pins)
  return { ok: true, pins }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
