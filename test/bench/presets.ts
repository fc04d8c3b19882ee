import { PRESET_NAMES, presetNamed } from '../../src/domain/presets/registry.ts'
import { labelledEvents } from '../domain/presets/labelled-events.ts'
import { DESCRIBED_NAMES, describedPreset } from '../eval/sources-presets.ts'

const READS = 20_000

/** Events a second through each preset, built in or described, that has labelled events, the slowest first; all of them, not those it skips. */
export function presetSpeeds(): readonly { readonly name: string; readonly perSecond: number }[] {
  const speeds = [...PRESET_NAMES, ...DESCRIBED_NAMES].flatMap((name) => {
    const preset = presetNamed(name) ?? describedPreset(name)
    const events = labelledEvents(name).map(({ event }) => event)
    if (preset === null || events.length === 0) return []
    const run = (reads: number): number => {
      const started = performance.now()
      for (let index = 0; index < reads; index += 1)
        preset.read(events[index % events.length], { prefix: null, receivedAt: 0 })
      return reads / ((performance.now() - started) / 1_000)
    }
    run(READS / 4)
    return [{ name, perSecond: run(READS) }]
  })
  return speeds.sort((one, other) => one.perSecond - other.perSecond)
}
