/** What `MODE` and `POLICY_FILE` pin: settings that nobody edits elsewhere. */
export type PinnedSettings = Readonly<Record<string, unknown>>

/** Whether a setting, by its dotted path, is pinned: pins are merged one level deep, all else is replaced whole. */
export function isPinned(pins: PinnedSettings, path: string): boolean {
  const [section = '', name] = path.split('.')
  if (!Object.hasOwn(pins, section)) return false
  const pin = pins[section]
  if (typeof pin !== 'object' || pin === null || Array.isArray(pin) || name === undefined) return true
  return Object.hasOwn(pin, name)
}
