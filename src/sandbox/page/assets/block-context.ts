import type { ChannelEntry, Directory, PersonEntry } from './directory.ts'
import type { RawValue } from './form-values.ts'

/** What a person did to one interactive element. */
export interface BlockAction {
  readonly blockId: string
  readonly actionId: string
  readonly value: RawValue | undefined
}

/** All that drawing blocks asks of the page around them. */
export interface BlockContext {
  readonly surface: 'message' | 'modal' | 'home'
  readonly directory: Directory
  readonly people: readonly PersonEntry[]
  readonly channels: readonly ChannelEntry[]
  /** Settles once the app has answered, well or badly: the control is busy until then. */
  act(action: BlockAction): Promise<void>
}
